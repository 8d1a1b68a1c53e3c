import { contextConstructed, contextPrimitive, DerReader, Tag } from '../der/der.ts';
import { parseCertificate, type Certificate } from '../certificate/certificate.ts';
import { readName } from '../certificate/name.ts';
import { signatureAlgorithm, type SignatureAlgorithm } from '../certificate/signature.ts';
import { readExtensionMap } from './crl-extensions.ts';
import type { CertId, CertIdHash } from './ocsp-request.ts';
import { reasonNumbered, type RevocationReason } from './revocation.ts';
import { refuseRevocation } from './revocation-error.ts';

/** An OCSP answer as it is written; nothing of it is checked but its form. */
export interface OcspResponse {
  /** The signed part, with its header. */
  readonly signed: Uint8Array;
  readonly responder: { readonly name: Uint8Array } | { readonly keyHash: Uint8Array };
  readonly producedAt: Date;
  readonly answers: readonly SingleAnswer[];
  readonly nonce: Uint8Array | undefined;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** Sent along to show who the responder is: as a rule none, or its own. */
  readonly certificates: readonly Certificate[];
}

export interface SingleAnswer {
  readonly id: CertId | undefined;
  readonly status: OcspStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
}

type OcspStatus =
  | { readonly status: 'good' }
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked'; readonly at: Date; readonly reason: RevocationReason };

/** An answer about one certificate is a few kilobytes. */
export const LONGEST_RESPONSE = 65_536;

const SUCCESSFUL = 0;
const BASIC = '1.3.6.1.5.5.7.48.1.1';
const NONCE = '1.3.6.1.5.5.7.48.1.2';
const MOST_CERTIFICATES = 4;
const HASHES: Readonly<Record<string, CertIdHash>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
};

/** Reads an OCSP answer, strictly. A responder's refusal to answer is an error of its own. */
export function readOcspResponse(bytes: Uint8Array): OcspResponse {
  if (bytes.length > LONGEST_RESPONSE) refuseRevocation('too-long');
  const reader = new DerReader(new Uint8Array(bytes));
  const outside = reader.open(Tag.sequence);
  const status = reader.smallInteger(Tag.enumerated);
  if (status !== SUCCESSFUL) refuseRevocation('responder-refused');
  const afterBytes = reader.open(contextConstructed(0));
  const afterTyped = reader.open(Tag.sequence);
  if (reader.objectIdentifier() !== BASIC) refuseRevocation('malformed');
  const basic = reader.octetString();
  reader.close(afterTyped);
  reader.close(afterBytes);
  reader.close(outside);
  reader.done();
  return readBasic(basic);
}

function readBasic(bytes: Uint8Array): OcspResponse {
  const reader = new DerReader(bytes);
  const outside = reader.open(Tag.sequence);
  const signed = reader.whole(Tag.sequence);
  const algorithm = signatureAlgorithm(reader.whole(Tag.sequence));
  if (algorithm === undefined) refuseRevocation('unsupported-algorithm');
  const signature = reader.bitString();
  const certificates = reader.hasMore() ? readCertificates(reader) : [];
  reader.close(outside);
  reader.done();
  return { signed, ...readData(signed), algorithm, signature, certificates };
}

function readCertificates(reader: DerReader): Certificate[] {
  const certificates: Certificate[] = [];
  const outside = reader.open(contextConstructed(0));
  const afterList = reader.open(Tag.sequence);
  do {
    if (certificates.length === MOST_CERTIFICATES) refuseRevocation('too-long');
    certificates.push(parseCertificate(reader.whole(Tag.sequence)));
  } while (reader.hasMore());
  reader.close(afterList);
  reader.close(outside);
  return certificates;
}

function readData(signed: Uint8Array): Pick<OcspResponse, 'responder' | 'producedAt' | 'answers' | 'nonce'> {
  const reader = new DerReader(signed);
  const outside = reader.open(Tag.sequence);
  // Version 1 is the default and there is no other.
  if (reader.nextTag === contextConstructed(0)) refuseRevocation('wrong-version');
  const responder = readResponder(reader);
  const producedAt = new Date(reader.generalizedTime());
  const answers = readAnswers(reader);
  const nonce = reader.hasMore() ? readNonce(reader) : undefined;
  reader.close(outside);
  reader.done();
  return { responder, producedAt, answers, nonce };
}

function readResponder(reader: DerReader): OcspResponse['responder'] {
  const byName = reader.nextTag === contextConstructed(1);
  const outside = reader.open(contextConstructed(byName ? 1 : 2));
  const responder = byName ? { name: readName(reader) } : { keyHash: reader.octetString() };
  reader.close(outside);
  return responder;
}

function readAnswers(reader: DerReader): SingleAnswer[] {
  const answers: SingleAnswer[] = [];
  const outside = reader.open(Tag.sequence);
  do answers.push(readAnswer(reader));
  while (reader.hasMore());
  reader.close(outside);
  return answers;
}

function readAnswer(reader: DerReader): SingleAnswer {
  const outside = reader.open(Tag.sequence);
  const id = readCertId(reader);
  const status = readStatus(reader);
  const thisUpdate = new Date(reader.generalizedTime());
  let nextUpdate: Date | undefined;
  if (reader.nextTag === contextConstructed(0)) {
    const after = reader.open(contextConstructed(0));
    nextUpdate = new Date(reader.generalizedTime());
    reader.close(after);
  }
  if (reader.hasMore()) readExtensions(reader, new Set());
  reader.close(outside);
  return { id, status, thisUpdate, nextUpdate };
}

/** Nothing where the id uses a hash that no request of ours does. */
function readCertId(reader: DerReader): CertId | undefined {
  const outside = reader.open(Tag.sequence);
  const afterAlgorithm = reader.open(Tag.sequence);
  const hash = HASHES[reader.objectIdentifier()];
  if (reader.hasMore()) reader.null();
  reader.close(afterAlgorithm);
  const nameHash = reader.octetString();
  const keyHash = reader.octetString();
  const serial = reader.positiveInteger();
  reader.close(outside);
  return hash && { hash, nameHash, keyHash, serial };
}

function readStatus(reader: DerReader): OcspStatus {
  if (reader.nextTag === contextConstructed(1)) return readRevoked(reader);
  const good = reader.nextTag === contextPrimitive(0);
  const content = reader.content(contextPrimitive(good ? 0 : 2));
  if (content.length > 0) refuseRevocation('malformed');
  return { status: good ? 'good' : 'unknown' };
}

function readRevoked(reader: DerReader): OcspStatus {
  const outside = reader.open(contextConstructed(1));
  const at = new Date(reader.generalizedTime());
  let reason = 0;
  if (reader.hasMore()) {
    const after = reader.open(contextConstructed(0));
    reason = reader.smallInteger(Tag.enumerated);
    reader.close(after);
  }
  reader.close(outside);
  return { status: 'revoked', at, reason: reasonNumbered(reason) };
}

function readNonce(reader: DerReader): Uint8Array | undefined {
  const nonce = readExtensions(reader, new Set([NONCE])).get(NONCE);
  if (nonce === undefined) return undefined;
  const inside = new DerReader(nonce);
  const value = inside.octetString();
  inside.done();
  return value;
}

/** `[1] EXPLICIT Extensions`. */
function readExtensions(reader: DerReader, known: ReadonlySet<string>): ReadonlyMap<string, Uint8Array> {
  const outside = reader.open(contextConstructed(1));
  const extensions = readExtensionMap(reader, known);
  reader.close(outside);
  return extensions;
}
