import { CodedError } from '../coded-error.ts';

/** What can keep an act of a ceremony from being done. */
export type CeremonyErrorCode =
  /** The log was changed, or lost lines from its middle. */
  | 'log-broken'
  /** The list of approvers is not the one that the log knows. */
  | 'approvers-changed'
  | 'approver-exists'
  | 'approver-unknown'
  /** Two persons must approve, and did not. */
  | 'approval-missing'
  | 'approval-refused'
  | 'malformed';

export class CeremonyError extends CodedError<CeremonyErrorCode> {}
