import { verify } from 'node:crypto';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import type { Certificate } from '../../hsm/certificate/certificate.ts';
import type { Purpose } from '../../hsm/certificate/purpose.ts';
import type { Root } from '../../hsm/certificate/root.ts';
import type { CertificateReference } from '../../hsm/validity/validity-authority.ts';
import type { ApplicationForm } from '../signed-form/application-form.ts';
import { ApplicationError } from './application-error.ts';
import type { Submission } from './submission.ts';

/** The configured roots of each purpose. */
export type RootsByPurpose = Readonly<Record<Purpose, readonly Root[]>>;

export interface SubmissionRule {
  readonly roots: RootsByPurpose;
  readonly now: number;
  /** For how long a kiosk may keep an application while it cannot reach the service. */
  readonly queueMs: number;
}

/** A card's authentication certificate, with what binding it needs. */
export interface ApplyingCard extends CertificateReference {
  readonly issuer: Uint8Array;
  readonly notAfter: Date;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** An application that its card signed. Of the signature certificate no more is left than how it is named. */
export interface SignedApplication {
  readonly form: ApplicationForm;
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly signer: CertificateReference;
  readonly card: ApplyingCard;
}

/** A kiosk's clock may be a little ahead. */
const clockAhead = 120_000;

/**
 * Checks all that can be told without asking anybody: that it is neither too old nor of the future, that both
 * certificates pass the rule, and that the key of the one signed these bytes.
 */
export function checkSubmission(submission: Submission, rule: SubmissionRule): SignedApplication {
  const { form, signed, signature } = submission;
  requireRecent(form, rule);
  const signer = accepted(submission.signatureCertificate, 'signature', rule);
  if (
    signer.certificate.keyKind !== 'rsa' ||
    !verify('sha256', signed, signer.certificate.publicKey, signature)
  ) {
    throw new ApplicationError(
      'wrong-signature',
      'The card did not sign this application; fill it in and sign it again.',
    );
  }
  const card = accepted(submission.authenticationCertificate, 'authentication', rule);
  const { serial, issuer, notAfter, spki } = card.certificate;
  return {
    form,
    signed,
    signature,
    signer: { issuerKeyId: signer.keyId, serial: signer.certificate.serial },
    card: { issuerKeyId: card.keyId, serial, issuer, notAfter, publicKey: spki },
  };
}

function requireRecent({ at }: ApplicationForm, { now, queueMs }: SubmissionRule): void {
  const signedAt = Date.parse(at);
  if (signedAt > now + clockAhead) {
    const sentence = 'The application was signed at a time that has not come yet; set the kiosk’s clock.';
    throw new ApplicationError('in-future', sentence);
  }
  if (signedAt < now - queueMs) {
    throw new ApplicationError('too-old', 'The application was signed too long ago; fill it in again.');
  }
}

function accepted(
  der: Uint8Array,
  purpose: Purpose,
  { roots, now }: SubmissionRule,
): { certificate: Certificate; keyId: Uint8Array } {
  const answer = checkCertificate(der, { purpose, roots: roots[purpose], at: new Date(now) });
  if (answer.verdict === 'refused') {
    throw new ApplicationError('certificate-refused', `The card’s ${purpose} certificate: ${answer.reason}`);
  }
  const { keyId } = answer.root;
  if (keyId === undefined) {
    const sentence =
      'The root that issued the card’s certificate has no key id, by which the authority is asked.';
    throw new ApplicationError('certificate-refused', sentence);
  }
  return { certificate: answer.certificate, keyId };
}
