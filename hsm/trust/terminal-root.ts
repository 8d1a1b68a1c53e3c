import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { CertificateError } from '../certificate/refusal.ts';
import { readPem, writePem } from '../certificate/pem.ts';
import { readSubjectKey, type SubjectKey } from '../certificate/public-key.ts';
import { DerError, DerReader } from '../der/der.ts';
import { TrustError } from './trust-error.ts';

/** The key with which J-LIS signs terminal certificates of one card profile; cards hold it too. */
export interface TerminalRoot {
  /** The card profile it is for: `jpki-rsa`, `eac-rsa`, `eac-p384` or one of the operator's own. */
  readonly profile: string;
  /** How a terminal certificate refers to it (key id, or certification authority reference), where known. */
  readonly reference: Uint8Array | undefined;
  readonly publicKey: KeyObject;
  readonly spki: Uint8Array;
  /** SHA-256 of the SubjectPublicKeyInfo, in upper-case hexadecimal. */
  readonly fingerprint: string;
}

const FORMAT = 'kazasu/terminal-root/v1';
const PROFILE = /^[a-z0-9][a-z0-9-]{0,39}$/;
const LONGEST_REFERENCE = 16;

const TerminalRootFile = z.strictObject({
  format: z.literal(FORMAT),
  profile: z.string(),
  reference: z.string().optional(),
  spki: z.string(),
});

/**
 * A terminal root from what an operator gives: the key as SPKI in PEM, the profile that it is for, and its
 * reference in hexadecimal where J-LIS named one.
 */
export function readTerminalRoot(pem: string, profile: string, reference?: string): TerminalRoot {
  const spki = readPem(pem, 'PUBLIC KEY') ?? refuseKey();
  if (!PROFILE.test(profile)) {
    throw new TrustError(
      'profile-needed',
      'A terminal root key is for one card profile: name it, as jpki-rsa, eac-rsa or eac-p384.',
    );
  }
  return {
    profile,
    reference: reference === undefined ? undefined : readReference(reference),
    publicKey: keyOf(spki).publicKey,
    spki,
    fingerprint: createHash('sha256').update(spki).digest('hex').toUpperCase(),
  };
}

/** What the store keeps of a terminal root. */
export function writeTerminalRootFile(root: TerminalRoot): string {
  const { profile, reference, spki } = root;
  const hex = reference === undefined ? {} : { reference: Buffer.from(reference).toString('hex') };
  return `${JSON.stringify({ format: FORMAT, profile, ...hex, spki: writePem(spki, 'PUBLIC KEY') }, null, 2)}\n`;
}

/** Reads what {@link writeTerminalRootFile} wrote. */
export function readTerminalRootFile(text: string): TerminalRoot {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TrustError('not-a-trust-file', 'The file is not JSON; add the terminal root key anew.', {
      cause,
    });
  }
  const file = TerminalRootFile.safeParse(value);
  if (!file.success) {
    throw new TrustError('not-a-trust-file', 'The file holds no terminal root key; add the key anew.', {
      cause: file.error,
    });
  }
  return readTerminalRoot(file.data.spki, file.data.profile, file.data.reference);
}

function readReference(hex: string): Uint8Array {
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.toString('hex') !== hex.toLowerCase() || bytes.length === 0 || bytes.length > LONGEST_REFERENCE) {
    throw new TrustError(
      'bad-reference',
      'The reference of a terminal root key is 1 to 16 bytes in hexadecimal.',
    );
  }
  return new Uint8Array(bytes);
}

function keyOf(spki: Uint8Array): SubjectKey {
  try {
    const reader = new DerReader(spki);
    const key = readSubjectKey(reader);
    reader.done();
    return key;
  } catch (error) {
    if (error instanceof DerError || error instanceof CertificateError) return refuseKey(error);
    throw error;
  }
}

function refuseKey(cause?: unknown): never {
  throw new TrustError(
    'not-a-key',
    'The file is not one public key in PEM (SPKI) that is RSA of 2048 to 4096 bits with exponent 65537, or on P-384.',
    { cause },
  );
}
