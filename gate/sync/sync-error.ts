import { CodedError } from '../../hsm/coded-error.ts';

export type SyncErrorCode =
  /** Nobody answers, or not in time. */
  | 'unreachable'
  /** The service answered, and said no. */
  | 'refused'
  /** The service is busy, or has trouble of its own. */
  | 'busy'
  /** An answer that is not of the agreed form, or longer than any should be. */
  | 'not-understood'
  /** A file that is not the one that was offered. */
  | 'wrong-file'
  /** The service's keys are not those that are trusted here. */
  | 'other-keys'
  /** The configuration does not name a ticketing service. */
  | 'no-ticketing'
  /** The service found something wrong in the journal. */
  | 'journal-found-wrong';

/** What went wrong between a gate and the ticketing service. Taps go on, whatever it is. */
export class SyncError extends CodedError<SyncErrorCode> {}
