import { CodedError } from '../../hsm/coded-error.ts';

export type ListsErrorCode =
  | 'no-such-session'
  | 'no-such-export'
  | 'no-such-list'
  /** The session is cancelled or over: no gate would take a list of it. */
  | 'session-over'
  /** No gate of the group is enrolled: nobody could open the list. */
  | 'no-gates'
  /** There is no version that a delta could lead on from. */
  | 'no-base'
  /** Another version of the group came in between; this one would lead on from a version that is not the newest. */
  | 'overtaken';

/** Why an entry list was not exported, or not found. */
export class ListsError extends CodedError<ListsErrorCode> {}
