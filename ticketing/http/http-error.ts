import { CodedError } from '../../hsm/coded-error.ts';

/** What is wrong with a request itself, whatever it is about. */
export type HttpErrorCode =
  | 'bad-request'
  | 'not-signed-in'
  | 'wrong-role'
  | 'which-organisation'
  /** A page of elsewhere had the browser send it. */
  | 'not-from-here'
  /** There is none, or it is another organisation's: the two are not told apart. */
  | 'not-found'
  | 'too-large'
  | 'wrong-type'
  | 'too-many-requests'
  | 'idempotency-key-missing'
  | 'idempotency-key-reused'
  | 'idempotency-key-in-use'
  /** The answer was not kept, since it held a secret; or nobody knows whether it was done. */
  | 'answer-not-kept'
  | 'revision-missing'
  | 'revision-changed'
  | 'not-ready';

export class HttpError extends CodedError<HttpErrorCode> {}

/** Another organisation's, or none at all. */
export function notFound(what: string): HttpError {
  return new HttpError('not-found', `There is no such ${what}.`);
}
