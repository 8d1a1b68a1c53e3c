import { CodedError } from '../../hsm/coded-error.ts';

export type StaffErrorCode =
  /** No PIN was ever set for the role. */
  | 'no-pin'
  | 'wrong-pin'
  /** Too many wrong PINs. */
  | 'locked'
  /** A PIN that is too short, too long, or too plain. */
  | 'weak-pin'
  | 'not-signed-in'
  /** The act is a supervisor's. */
  | 'not-allowed'
  /** A file of PINs or the like cannot be read. */
  | 'damaged'
  | 'no-such-ticket'
  | 'revoked-ticket'
  /** The rules are against it; staff may go against the rules, by saying so. */
  | 'against-rules'
  /** The gate prints no receipts. */
  | 'no-printer'
  /** The gate is not open. */
  | 'out-of-order';

/** Why a member of staff could not do what was asked. */
export class StaffError extends CodedError<StaffErrorCode> {}
