import { z } from 'zod';
import { LONGEST_CERTIFICATE } from '../../hsm/certificate/certificate.ts';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { readApplication, type ApplicationForm } from '../signed-form/application-form.ts';
import { FormError } from '../signed-form/form-error.ts';
import { ApplicationError } from './application-error.ts';

const longestForm = 16 * 1024;
const longestSignature = 512;
const base64Of = (bytes: number) =>
  z
    .base64()
    .min(1)
    .max(4 * Math.ceil(bytes / 3));

/** What a kiosk sends: the exact bytes that the card signed, its signature, and the card's two certificates. */
export const submissionBody = z.strictObject({
  form: base64Of(longestForm),
  signature: base64Of(longestSignature),
  signatureCertificate: base64Of(LONGEST_CERTIFICATE),
  authenticationCertificate: base64Of(LONGEST_CERTIFICATE),
});
export type SubmissionBody = z.output<typeof submissionBody>;

/** An application as it arrived: in form, and nothing in it believed yet. */
export interface Submission {
  readonly form: ApplicationForm;
  /** The exact bytes of the form. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly signatureCertificate: Buffer;
  readonly authenticationCertificate: Buffer;
}

/** Reads what a kiosk sent; an `ApplicationError` where it is not in form. */
export function readSubmission(body: unknown): Submission {
  const checked = submissionBody.safeParse(body);
  if (!checked.success) {
    throw new ApplicationError('malformed', `The application is wrong:\n${wrongFields(checked.error)}`);
  }
  const { data } = checked;
  const signed = Buffer.from(data.form, 'base64');
  return {
    form: readForm(signed),
    signed,
    signature: Buffer.from(data.signature, 'base64'),
    signatureCertificate: Buffer.from(data.signatureCertificate, 'base64'),
    authenticationCertificate: Buffer.from(data.authenticationCertificate, 'base64'),
  };
}

function readForm(bytes: Uint8Array): ApplicationForm {
  try {
    return readApplication(bytes);
  } catch (cause) {
    if (cause instanceof FormError) throw new ApplicationError('malformed', cause.message, { cause });
    throw cause;
  }
}
