import { problemsOf } from '../http/problem.ts';
import { ApplicationError } from './application-error.ts';

/** Which status each refusal of an application has. */
export const applicationProblems = problemsOf(ApplicationError, {
  malformed: 400,
  'too-old': 409,
  'in-future': 409,
  'catalogue-changed': 409,
  'not-on-sale': 409,
  'id-taken': 409,
  'wrong-signature': 409,
  'certificate-refused': 409,
  'certificate-revoked': 409,
  'certificate-unknown': 409,
  'other-card': 409,
  'authority-away': 503,
  'quota-reached': 409,
  'sold-out': 409,
  'card-already-bound': 409,
});
