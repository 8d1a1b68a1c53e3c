import { CodedError } from '../../hsm/coded-error.ts';

export type CaseErrorCode =
  /** It is closed; open it again first. */
  | 'closed'
  /** It is not closed. */
  | 'not-closed'
  /** Somebody else works it. */
  | 'taken';

/** Why a case was not changed. */
export class CaseError extends CodedError<CaseErrorCode> {}
