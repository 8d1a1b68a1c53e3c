import { createHash } from 'node:crypto';
import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../certificate/refusal.ts';
import { KeyUsage, readKeyUsage } from '../certificate/purpose.ts';
import { ExtensionId } from '../certificate/extensions.ts';
import type { Root } from '../certificate/root.ts';
import { sameBytes } from '../certificate/same-bytes.ts';
import { isSignedBy } from '../certificate/signature.ts';
import { DerError, DerReader, Tag } from '../der/der.ts';
import { type CertId, keyBits } from './ocsp-request.ts';
import { type OcspResponse, readOcspResponse, type SingleAnswer } from './ocsp-response.ts';
import type { Revocation } from './revocation.ts';
import { refuseRevocation } from './revocation-error.ts';
import { isInDate, type RevocationPolicy, refuseUnlessGood } from './revocation-policy.ts';

/** What was asked, and of whom the answer must come. */
export interface OcspQuestion {
  readonly id: CertId;
  /** The root that signed the certificate in question: it, or one it names, must sign the answer. */
  readonly root: Root;
  readonly nonce: Uint8Array;
  readonly at: Date;
  readonly policy?: RevocationPolicy;
}

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const NO_CHECK = '1.3.6.1.5.5.7.48.1.5';

/** By how much a responder's clock may be ahead of ours. */
const CLOCK_TOLERANCE = 60_000;
/** How old an answer may be that does not say until when it holds: its nonce says that it is fresh. */
const FRESH = 5 * 60_000;

/**
 * What an OCSP answer says to a question. Raises a `RevocationError` where the answer does not count:
 * wrong signer, nonce, certificate or time.
 */
export function checkOcspAnswer(bytes: Uint8Array, question: OcspQuestion): Revocation {
  try {
    const response = readOcspResponse(bytes);
    requireSigner(response, question);
    if (response.nonce === undefined || !sameBytes(response.nonce, question.nonce)) {
      refuseRevocation('wrong-nonce');
    }
    return revocationOf(answerTo(response, question.id), response, question);
  } catch (error) {
    if (error instanceof DerError || error instanceof CertificateError) {
      refuseRevocation('malformed', { cause: error });
    }
    throw error;
  }
}

/** The one answer that is about the certificate in question. Two that might disagree are none. */
function answerTo(response: OcspResponse, id: CertId): SingleAnswer {
  const [answer, ...more] = response.answers.filter((each) => each.id && isSameCertificate(each.id, id));
  if (answer === undefined || more.length > 0) refuseRevocation('wrong-certificate');
  return answer;
}

function isSameCertificate(a: CertId, b: CertId): boolean {
  return (
    a.hash === b.hash &&
    sameBytes(a.nameHash, b.nameHash) &&
    sameBytes(a.keyHash, b.keyHash) &&
    sameBytes(a.serial, b.serial)
  );
}

function revocationOf(answer: SingleAnswer, response: OcspResponse, question: OcspQuestion): Revocation {
  const { at, policy = refuseUnlessGood } = question;
  const { status, thisUpdate, nextUpdate } = answer;
  const latest = at.getTime() + CLOCK_TOLERANCE;
  if (!(thisUpdate.getTime() <= latest && response.producedAt.getTime() <= latest)) {
    refuseRevocation('not-yet-valid');
  }
  const holds =
    nextUpdate === undefined ? at.getTime() - thisUpdate.getTime() < FRESH : isInDate(nextUpdate, at, policy);
  if (!holds) return { status: 'stale', since: nextUpdate ?? thisUpdate };
  return status.status === 'unknown' ? status : { ...status, source: 'ocsp', asOf: thisUpdate };
}

/** The root itself signed, or a responder to whom it gave that task. */
function requireSigner(response: OcspResponse, { root, at }: OcspQuestion): void {
  const { signed, algorithm, signature } = response;
  const signer = [root.certificate, ...response.certificates].find((each) => isNamed(response, each));
  if (signer === undefined) refuseRevocation('wrong-signer');
  if (signer !== root.certificate) requireDelegation(signer, root, at);
  if (!isSignedBy(signer, algorithm, signed, signature)) refuseRevocation('bad-signature');
}

function isNamed({ responder }: OcspResponse, certificate: Certificate): boolean {
  if ('name' in responder) return sameBytes(responder.name, certificate.subject);
  const hash = createHash('sha1').update(keyBits(certificate.spki)).digest();
  return sameBytes(hash, responder.keyHash);
}

/** Signed by the very key that signed the certificate in question, for answering, and in date. */
function requireDelegation(responder: Certificate, root: Root, at: Date): void {
  const { issuer, algorithm, tbs, signature, extensions, notBefore, notAfter } = responder;
  const issued = sameBytes(issuer, root.name) && isSignedBy(root.certificate, algorithm, tbs, signature);
  if (!issued || !isForOcsp(responder)) refuseRevocation('wrong-signer');
  if (!(at.getTime() >= notBefore.getTime() && at.getTime() < notAfter.getTime() + 1000)) {
    refuseRevocation('wrong-signer');
  }
  if (!extensions.has(NO_CHECK)) refuseRevocation('responder-may-be-revoked');
}

function isForOcsp({ extensions }: Certificate): boolean {
  const uses = extensions.get(ExtensionId.extKeyUsage);
  if (uses === undefined || !objectIdentifiers(uses.value).includes(OCSP_SIGNING)) return false;
  const usage = extensions.get(ExtensionId.keyUsage);
  return usage === undefined || (readKeyUsage(usage.value) & KeyUsage.digitalSignature) !== 0;
}

function objectIdentifiers(value: Uint8Array): string[] {
  const found: string[] = [];
  const reader = new DerReader(value);
  const outside = reader.open(Tag.sequence);
  do found.push(reader.objectIdentifier());
  while (reader.hasMore());
  reader.close(outside);
  reader.done();
  return found;
}
