import { contextConstructed, DerError, DerReader, Tag } from '../der/der.ts';
import { type Extensions, readExtensions } from './extensions.ts';
import { readName } from './name.ts';
import { readSubjectKey, type SubjectKey } from './public-key.ts';
import { refuse } from './refusal.ts';
import { sameBytes } from './same-bytes.ts';
import { signatureAlgorithm, type SignatureAlgorithm } from './signature.ts';

/** A card's files hold at most 3,000 bytes; whatever is far longer is no certificate of this PKI. */
export const LONGEST_CERTIFICATE = 16_384;

const LONGEST_SERIAL = 20;
const VERSION_3 = 2;
const UNIQUE_IDENTIFIERS = [0x81, 0x82, 0xa1, 0xa2];

/** A certificate that is well formed and uses nothing but what this PKI uses. That says nothing of trust. */
export interface Certificate extends SubjectKey {
  readonly der: Uint8Array;
  /** The signed part, with its header. */
  readonly tbs: Uint8Array;
  /** The serial's value, without the 00 that keeps it positive. Never to be shown, logged or stored. */
  readonly serial: Uint8Array;
  /** The issuer's and the subject's Name, DER with its header. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: Extensions;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/**
 * Reads one certificate and nothing after it. Raises a `CertificateError` at everything that is not DER to
 * the letter, or uses what this PKI does not.
 */
export function parseCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length > LONGEST_CERTIFICATE) refuse('too-long');
  try {
    // A copy: what was checked must not change with the buffer it was read into.
    return readCertificate(new Uint8Array(bytes));
  } catch (error) {
    if (error instanceof DerError) refuse('malformed', { cause: error });
    throw error;
  }
}

function readCertificate(der: Uint8Array): Certificate {
  const reader = new DerReader(der);
  const outside = reader.open(Tag.sequence);
  const start = reader.position;
  const afterTbs = reader.open(Tag.sequence);
  readVersion(reader);
  const serial = readSerial(reader);
  const inner = reader.whole(Tag.sequence);
  const issuer = readName(reader);
  const { notBefore, notAfter } = readValidity(reader);
  const subject = readName(reader);
  const key = readSubjectKey(reader);
  if (UNIQUE_IDENTIFIERS.includes(reader.nextTag)) refuse('unique-identifier');
  const extensions = readOptionalExtensions(reader);
  reader.close(afterTbs);
  const tbs = der.subarray(start, reader.position);
  const outer = reader.whole(Tag.sequence);
  const signature = reader.bitString();
  reader.close(outside);
  reader.done();
  if (!sameBytes(inner, outer)) refuse('algorithm-mismatch');
  const algorithm = signatureAlgorithm(inner) ?? refuse('unsupported-algorithm');
  return {
    der,
    tbs,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    ...key,
    extensions,
    algorithm,
    signature,
  };
}

function readVersion(reader: DerReader): void {
  if (reader.nextTag !== contextConstructed(0)) refuse('wrong-version');
  const outside = reader.open(contextConstructed(0));
  const version = reader.smallInteger();
  reader.close(outside);
  if (version !== VERSION_3) refuse('wrong-version');
}

/** The serial's value; it decides which card this is, so it has one form only. */
export function readSerial(reader: DerReader, tag: number = Tag.integer): Uint8Array {
  const content = reader.integer(tag);
  const value = content[0] === 0 ? content.subarray(1) : content;
  if ((content[0] ?? 0) >= 0x80 || value.length === 0 || value.length > LONGEST_SERIAL) refuse('bad-serial');
  return value;
}

/** Validity: the first and the last second in which the certificate counts. */
export function readValidity(reader: DerReader): { notBefore: Date; notAfter: Date } {
  const outside = reader.open(Tag.sequence);
  const notBefore = new Date(reader.time());
  const notAfter = new Date(reader.time());
  reader.close(outside);
  return { notBefore, notAfter };
}

function readOptionalExtensions(reader: DerReader): Extensions {
  if (!reader.hasMore()) return new Map();
  const outside = reader.open(contextConstructed(3));
  const extensions = readExtensions(reader);
  reader.close(outside);
  return extensions;
}
