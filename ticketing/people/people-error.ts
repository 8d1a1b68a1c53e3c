import { CodedError } from '../../hsm/coded-error.ts';
import { problemsOf } from '../http/problem.ts';

/** Why someone was not let in, or people not changed. */
export type PeopleErrorCode =
  /** One answer for all reasons: whoever guesses learns nothing. */
  | 'sign-in-failed'
  /** After failures: how long to wait is in the sentence. */
  | 'sign-in-delayed'
  | 'invitation-over'
  | 'sign-in-taken'
  | 'weak-password'
  | 'wrong-password'
  | 'passkey-refused'
  | 'last-way-in'
  | 'last-owner'
  | 'already-member';

export class PeopleError extends CodedError<PeopleErrorCode> {}

export const peopleProblems = problemsOf(PeopleError, {
  'sign-in-failed': 401,
  'sign-in-delayed': 429,
  'invitation-over': 410,
  'sign-in-taken': 409,
  'weak-password': 422,
  'wrong-password': 403,
  'passkey-refused': 422,
  'last-way-in': 409,
  'last-owner': 409,
  'already-member': 409,
});
