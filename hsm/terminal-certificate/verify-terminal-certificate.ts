import { verify, type KeyObject } from 'node:crypto';
import type { CvCertificate } from './cv-certificate.ts';
import type { EacTerminalCertificate } from './eac-certificate.ts';
import type { JpkiTerminalCertificate } from './jpki-certificate.ts';
import { TerminalCertificateError } from './terminal-certificate-error.ts';

/** What a terminal certificate is held against. */
export interface TerminalTrust {
  /** J-LIS's key that signs terminal certificates; cards hold it too. */
  readonly rootKey: KeyObject;
  /** The root key's id (`jpki`) or holder reference (`eac`), where it is known. */
  readonly rootReference?: Uint8Array;
  /** When it is to be valid; `jpki` certificates have no dates. */
  readonly at: Date;
}

/**
 * Checks that the root key stands behind a terminal certificate, in the way the card will check it. Raises
 * a `TerminalCertificateError` that names the first thing wrong.
 *
 * @example
 * verifyTerminalCertificate(certificate, { rootKey, rootReference, at: new Date() });
 */
export function verifyTerminalCertificate(
  certificate: JpkiTerminalCertificate | EacTerminalCertificate,
  trust: TerminalTrust,
): void {
  const { rootKey, rootReference, at } = trust;
  if (certificate.format === 'jpki') {
    checkIssuer(certificate.issuerKeyId, rootReference);
    checkSignature(rootKey, certificate.body, certificate.signature);
    return;
  }
  let issuer: { publicKey: KeyObject; holderReference: Uint8Array | undefined } = {
    publicKey: rootKey,
    holderReference: rootReference,
  };
  certificate.chain.forEach((link, index) => {
    checkIssuer(link.authorityReference, issuer.holderReference);
    checkSignature(issuer.publicKey, link.body, link.signature);
    checkDates(link, at);
    checkRole(link, index === certificate.chain.length - 1);
    issuer = link;
  });
}

function checkIssuer(named: Uint8Array, expected: Uint8Array | undefined): void {
  if (expected === undefined || Buffer.compare(named, expected) === 0) return;
  throw new TerminalCertificateError(
    'wrong-issuer',
    'The terminal certificate names another issuer than the key it is checked with. Add the right J-LIS terminal root key, or ask for a certificate from it.',
  );
}

function checkSignature(key: KeyObject, message: Uint8Array, signature: Uint8Array): void {
  if (signatureHolds(key, message, signature)) return;
  throw new TerminalCertificateError(
    'bad-signature',
    'The signature of the terminal certificate is not by the key it should be by. The file is damaged, or comes from elsewhere: ask for it again.',
  );
}

function signatureHolds(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  // The kind of the issuer's key decides the algorithm, never the certificate that is checked.
  if (key.asymmetricKeyType === 'rsa') return verify('sha256', message, key, signature);
  if (key.asymmetricKeyDetails?.namedCurve !== 'secp384r1') return false;
  return verify('sha384', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function checkDates({ validFrom, validTo }: CvCertificate, at: Date): void {
  if (!(at >= validFrom)) {
    throw new TerminalCertificateError(
      'not-yet-valid',
      `The terminal certificate is valid from ${dayOf(validFrom)}. Use it then, or set the clock right.`,
    );
  }
  if (!(at <= validTo)) {
    throw new TerminalCertificateError(
      'expired',
      `The terminal certificate was valid to ${dayOf(validTo)}. Ask for a new one.`,
    );
  }
}

function checkRole({ rights }: CvCertificate, terminal: boolean): void {
  const bits = (rights[0] ?? 0) >> 6;
  // 11 is a root, which a card takes from nobody; 10 and 01 may certify, 00 may not.
  const fits = terminal ? bits === 0b00 : bits === 0b10 || bits === 0b01;
  if (fits) return;
  throw new TerminalCertificateError(
    'wrong-structure',
    'The certificates in the chain have the wrong roles: a document verifier must come first, the terminal last.',
  );
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
