import { CodedError } from '../coded-error.ts';

export type TrustErrorCode =
  | 'unreadable'
  | 'unwritable'
  | 'not-a-root'
  | 'not-a-key'
  | 'unknown-root'
  | 'purpose-needed'
  | 'profile-needed'
  | 'bad-reference'
  | 'name-differs'
  | 'not-a-trust-file';

/** Why something could not be trusted, or not be stored as trusted. */
export class TrustError extends CodedError<TrustErrorCode> {}
