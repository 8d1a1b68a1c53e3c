import { CodedError } from '../../hsm/coded-error.ts';

/** Why tickets were not taken back, or a refund not settled. */
export type RefundErrorCode =
  | 'no-such-ticket'
  /** They have ended already. */
  | 'nothing-left'
  /** What is not paid for is cancelled whole. */
  | 'only-whole'
  /** The representative's card opens for the others: its ticket goes with the last of them. */
  | 'representative-last'
  | 'already-paid'
  /** Somebody has accepted one of them and may be paying. */
  | 'being-resold';

export class RefundError extends CodedError<RefundErrorCode> {}
