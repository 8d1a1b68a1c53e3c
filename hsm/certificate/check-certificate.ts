import { DerError } from '../der/der.ts';
import { authorityKeyIdentifier, pointsAt } from './authority-key.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import {
  type Purpose,
  refuseAuthority,
  requireExtendedKeyUsage,
  requireKeyUsage,
  requirePolicy,
} from './purpose.ts';
import { CertificateError, reasonFor, refuse, type RefusalCode } from './refusal.ts';
import type { Root } from './root.ts';
import { sameBytes } from './same-bytes.ts';
import { isSignedBy } from './signature.ts';

export interface CertificateRule {
  readonly purpose: Purpose;
  /** The configured roots; several may have the same name. */
  readonly roots: readonly Root[];
  /** The moment that both certificates must be valid at. */
  readonly at: Date;
  /** The policies that count, one of which must be there; those of the card unless given. */
  readonly policies?: readonly string[];
}

export type CertificateVerdict =
  | { readonly verdict: 'accepted'; readonly certificate: Certificate; readonly root: Root }
  | { readonly verdict: 'refused'; readonly code: RefusalCode; readonly reason: string };

/**
 * The rule at the door: one user certificate and the one configured root that signed it, and nothing in
 * between. What the bytes are is in the hands of whoever holds up a card; they end in a verdict, always.
 * Revocation is another question, and that the card holds the key is shown by its own signature alone.
 *
 * @example
 * const answer = checkCertificate(der, { purpose: 'authentication', roots, at: new Date() });
 * if (answer.verdict === 'refused') return turnAway(answer.code, answer.reason);
 * verify('sha256', challenge, answer.certificate.publicKey, signature);
 */
export function checkCertificate(der: Uint8Array, rule: CertificateRule): CertificateVerdict {
  try {
    const certificate = parseCertificate(der);
    refuseSelfIssued(certificate);
    const root = rootThatSigned(certificate, rule.roots);
    requireValidity(certificate, root, rule.at);
    refuseAuthority(certificate);
    requireKeyUsage(certificate, rule.purpose);
    requirePolicy(certificate, rule.purpose, rule.policies);
    requireExtendedKeyUsage(certificate, rule.purpose);
    return { verdict: 'accepted', certificate, root };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): CertificateVerdict {
  if (error instanceof CertificateError) {
    return { verdict: 'refused', code: error.code, reason: error.message };
  }
  if (error instanceof DerError) {
    return { verdict: 'refused', code: 'malformed', reason: reasonFor('malformed') };
  }
  throw error;
}

/** A root held up as a card's certificate, and the link certificates between generations of roots. */
function refuseSelfIssued({ issuer, subject }: Certificate): void {
  if (sameBytes(issuer, subject)) refuse('self-issued');
}

/** All generations share one name: the key id narrows the choice, the signature decides it. */
function rootThatSigned(certificate: Certificate, roots: readonly Root[]): Root {
  const ofThatName = roots.filter((root) => sameBytes(root.name, certificate.issuer));
  if (ofThatName.length === 0) refuse('unknown-issuer');
  const identifier = authorityKeyIdentifier(certificate);
  const ofThatKey = ofThatName.filter((root) => pointsAt(identifier, root));
  if (ofThatKey.length === 0) refuse('unknown-issuer-key');
  const { algorithm, tbs, signature } = certificate;
  const signer = ofThatKey.find((root) => isSignedBy(root.certificate, algorithm, tbs, signature));
  return signer ?? refuse('bad-signature');
}

/** Both valid now, the first and the last second included; the user's may outlast the root's. */
function requireValidity(certificate: Certificate, root: Root, at: Date): void {
  if (!hasBegun(certificate, at)) refuse('not-yet-valid');
  if (hasEnded(certificate, at)) refuse('expired');
  if (!hasBegun(root.certificate, at)) refuse('root-not-yet-valid');
  if (hasEnded(root.certificate, at)) refuse('root-expired');
}

// Written so that a moment which is not a date (NaN) counts for nothing.
function hasBegun({ notBefore }: Certificate, at: Date): boolean {
  return at.getTime() >= notBefore.getTime();
}

function hasEnded({ notAfter }: Certificate, at: Date): boolean {
  return !(at.getTime() < notAfter.getTime() + 1000);
}
