import { createHash } from 'node:crypto';
import { CodedError } from '../coded-error.ts';
import { DerError } from '../der/der.ts';
import {
  authorityKeyIdentifier,
  type AuthorityKey,
  pointsAt,
  subjectKeyIdentifier,
} from './authority-key.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { ExtensionId } from './extensions.ts';
import { knownRoot, type KnownRoot } from './known-roots.ts';
import { looksLikePem, pemText, readPem } from './pem.ts';
import { KeyUsage, readBasicConstraints, readKeyUsage } from './purpose.ts';
import { CertificateError, type RefusalCode } from './refusal.ts';
import { sameBytes } from './same-bytes.ts';
import { isSignedBy } from './signature.ts';

/** A self-signed certificate that has passed every check of a root, and so can be configured as one. */
export interface Root extends AuthorityKey {
  readonly certificate: Certificate;
  /** SHA-256 of the DER, in upper-case hexadecimal. */
  readonly fingerprint: string;
  /** Which root of J-LIS it is, where its fingerprint is known. */
  readonly known: KnownRoot | undefined;
}

export type RootErrorCode =
  | 'not-pem'
  | 'not-self-signed'
  | 'wrong-self-signature'
  | 'not-an-authority'
  | 'signs-no-certificates'
  | RefusalCode;

/** Why a file cannot be a root. */
export class RootError extends CodedError<RootErrorCode> {}

/**
 * Reads one root certificate, PEM or DER, and checks that it can be one: well formed, its own signature
 * right, made for signing certificates, with nothing critical in it that is not understood. Whether it is
 * the right root is for a person to say who compares the fingerprint; `known` names the ones that this
 * program knows. Its dates are not looked at here but at each check.
 *
 * @example
 * const root = importRoot(await readFile('authentication-root.cer'));
 * console.log(root.fingerprint, root.known?.name ?? 'not known: compare it with what J-LIS publishes');
 */
export function importRoot(bytes: Uint8Array): Root {
  try {
    return rootOf(parseCertificate(looksLikePem(bytes) ? pemBytes(bytes) : bytes));
  } catch (error) {
    if (error instanceof CertificateError) {
      throw new RootError(error.code, `This cannot be a root. ${error.message}`, { cause: error });
    }
    if (error instanceof DerError) {
      throw new RootError('malformed', `This cannot be a root. ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function pemBytes(bytes: Uint8Array): Uint8Array {
  const der = readPem(pemText(bytes), 'CERTIFICATE');
  if (der === undefined) {
    throw new RootError('not-pem', 'The file is not one PEM certificate; give one file for each root.');
  }
  return der;
}

function rootOf(certificate: Certificate): Root {
  const { subject: name, serial } = certificate;
  const keyId = subjectKeyIdentifier(certificate);
  requireSelfSigned(certificate, { name, serial, keyId });
  requireAuthority(certificate);
  const fingerprint = createHash('sha256').update(certificate.der).digest('hex').toUpperCase();
  return { certificate, name, serial, keyId, fingerprint, known: knownRoot(fingerprint) };
}

function requireSelfSigned(certificate: Certificate, self: AuthorityKey): void {
  const { issuer, subject, algorithm, tbs, signature } = certificate;
  if (!sameBytes(issuer, subject) || !pointsAt(authorityKeyIdentifier(certificate), self)) {
    throw new RootError(
      'not-self-signed',
      'Another authority issued this certificate; a root is one that issued itself.',
    );
  }
  if (!isSignedBy(certificate, algorithm, tbs, signature)) {
    throw new RootError(
      'wrong-self-signature',
      'The root’s own signature is wrong: it is forged or damaged; fetch it again.',
    );
  }
}

function requireAuthority({ extensions }: Certificate): void {
  const constraints = extensions.get(ExtensionId.basicConstraints);
  if (constraints === undefined || !readBasicConstraints(constraints.value).authority) {
    throw new RootError('not-an-authority', 'This certificate is not of an authority; a root is.');
  }
  const usage = extensions.get(ExtensionId.keyUsage);
  if (usage !== undefined && (readKeyUsage(usage.value) & KeyUsage.keyCertSign) === 0) {
    throw new RootError(
      'signs-no-certificates',
      'The key of this certificate is not for signing certificates; a root’s is.',
    );
  }
}
