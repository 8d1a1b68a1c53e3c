import { CodedError } from '../../hsm/coded-error.ts';

/** Why a ticket is not sold again, or nobody waits for one. */
export type ResaleErrorCode =
  /** It is not paid for, has ended, was sold elsewhere, opens for others, or is bound to somebody else. */
  | 'not-resellable'
  | 'already-offered'
  /** It is not on offer, or somebody has accepted it. */
  | 'not-withdrawable'
  /** Gates may admit already. */
  | 'too-late'
  /** Whoever waits does so for one ticket. */
  | 'one-ticket'
  | 'quota-reached'
  | 'card-already-bound'
  /** This code serves for nothing that waits. */
  | 'no-such-place'
  /** There is no offer, or its time is over. */
  | 'nothing-offered';

export class ResaleError extends CodedError<ResaleErrorCode> {}
