import { CodedError } from '../../hsm/coded-error.ts';

export type JournalsErrorCode =
  /** No gate of the organisation has the name that the journal has. */
  | 'unknown-gate'
  /** The gate was revoked. */
  | 'revoked-gate'
  /** The journal is another gate's than the one that handed it over. */
  | 'other-gate';

/** Why a journal was not taken. Where it came as a file, it is kept and a case was made of it. */
export class JournalsError extends CodedError<JournalsErrorCode> {}
