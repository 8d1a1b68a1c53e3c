// The part of J-LIS that certifies terminal keys: one root per card profile, institution codes, numbers.
import type { KeyObject } from 'node:crypto';
import type { Validity } from './generations.ts';
import { publicOf } from './signed.ts';
import {
  jpkiKeyId,
  writeCvCertificate,
  writeJpkiTerminalCertificate,
  type TerminalProfile,
} from './terminal-certificates.ts';
import type { TerminalRequest } from './terminal-request.ts';

export interface TerminalRoot {
  readonly profile: TerminalProfile;
  /** With this key cards verify terminal certificates. */
  readonly publicKey: KeyObject;
  /** The same as PEM, for `trust add`. */
  readonly spki: string;
  /** `jpki-rsa`: the 16-byte key id. `eac-*`: the CHR, which is the first certificate's CAR. */
  readonly keyId: Uint8Array;
}

export interface TerminalKeys {
  readonly profile: TerminalProfile;
  readonly root: KeyObject;
  /** Document verifier between root and terminal; `eac-*` alone has one. */
  readonly verifier: KeyObject | undefined;
}

const rootReference = { 'eac-rsa': 'JPSANDBOXR00001', 'eac-p384': 'JPSANDBOXE00001' } as const;
const verifierReference = { 'eac-rsa': 'JPSBXRDV00001', 'eac-p384': 'JPSBXEDV00001' } as const;
const rootInstitution = 1;
const firstInstitution = 1_000_001;
const keysPerInstitution = 999;
const day = 86_400_000;

export function terminalRootOf({ profile, root }: TerminalKeys): TerminalRoot {
  const publicKey = publicOf(root);
  return {
    profile,
    publicKey,
    spki: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    keyId:
      profile === 'jpki-rsa' ? jpkiKeyId(rootInstitution, 1) : Buffer.from(rootReference[profile], 'latin1'),
  };
}

/** The institution code (特定機関コード) that the n-th certificate is issued under, and its number there. */
function institutionOf(n: number): { code: number; number: number } {
  return {
    code: firstInstitution + Math.floor(n / keysPerInstitution),
    number: (n % keysPerInstitution) + 1,
  };
}

/** The n-th terminal certificate of this authority: two blocks, or a chain of two CV certificates. */
export function issueTerminal(
  keys: TerminalKeys,
  request: TerminalRequest,
  n: number,
  now: Date,
  validity: Validity = { notBefore: now, notAfter: new Date(now.getTime() + 365 * day) },
): Uint8Array {
  const { profile, root, verifier } = keys;
  const wanted = profile === 'eac-p384' ? 'p384' : 'rsa2048';
  if (request.algorithm !== wanted) {
    throw new Error(`Profile ${profile} takes a ${wanted} key; the request has ${request.algorithm}.`);
  }
  const { code, number } = institutionOf(n);
  if (profile === 'jpki-rsa') {
    const issuerKeyId = jpkiKeyId(rootInstitution, 1);
    return writeJpkiTerminalCertificate(issuerKeyId, root, jpkiKeyId(code, number), request.publicKey);
  }
  if (verifier === undefined) throw new Error(`Profile ${profile} needs a document verifier.`);
  return Buffer.concat([
    writeCvCertificate({
      authorityReference: rootReference[profile],
      issuerKey: root,
      holderReference: verifierReference[profile],
      publicKey: publicOf(verifier),
      role: 'document-verifier',
      validity: {
        notBefore: new Date(validity.notBefore.getTime() - day),
        notAfter: new Date(validity.notAfter.getTime() + 365 * day),
      },
    }),
    writeCvCertificate({
      authorityReference: verifierReference[profile],
      issuerKey: verifier,
      holderReference: `JP${code}G${number.toString().padStart(5, '0')}`,
      publicKey: request.publicKey,
      role: 'terminal',
      validity,
    }),
  ]);
}
