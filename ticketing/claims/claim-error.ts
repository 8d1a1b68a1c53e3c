import { CodedError } from '../../hsm/coded-error.ts';

/** Why a claim is not taken, issued or recalled. */
export type ClaimErrorCode =
  /** The check sign does not fit: nothing was looked up. */
  | 'mistyped'
  /** There is none that is open under this code; whether there ever was one is not said. */
  | 'no-such-claim'
  | 'no-such-party'
  | 'no-such-ticket'
  /** The signed challenge was used, is too old, or was given for another claim. */
  | 'challenge-over'
  /** What was signed does not say what the ticket is. */
  | 'form-differs'
  | 'already-bound'
  /** The representative's card opens for the party, or the application is not paid for: nothing can be claimed. */
  | 'not-claimable'
  | 'too-late';

export class ClaimError extends CodedError<ClaimErrorCode> {}
