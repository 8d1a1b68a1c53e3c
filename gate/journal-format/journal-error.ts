import { CodedError } from '../../hsm/coded-error.ts';

export type JournalErrorCode =
  /** The bytes are not one of the journal's entries, or one that was to be recorded cannot be. */
  | 'bad-entry'
  /** The clock that would be written is behind the newest entry. */
  | 'clock-behind'
  /** The disk is full, or does not take writes. */
  | 'disk'
  /** The database is damaged; the next start sets it aside and begins a new log. */
  | 'damaged'
  /** The database was written by another version of the program. */
  | 'other-version'
  /** Another process writes this journal. */
  | 'in-use'
  /** There is no journal, or it was closed. */
  | 'not-open'
  /** The journal is another gate's. */
  | 'other-gate'
  /** What is to be undone is not an admission of this journal, or is undone already. */
  | 'nothing-to-undo'
  /** A pack whose version is not above the highest that was taken. */
  | 'older-pack'
  /** A checkpoint or a countersignature that does not fit this journal. */
  | 'bad-checkpoint'
  /** There is no such entry. */
  | 'no-such-entry'
  /** An entry that no checkpoint covers yet. */
  | 'not-signed-yet'
  /** A proof of an entry that proves nothing. */
  | 'bad-proof'
  /** The bytes are not a journal that was handed over, or not a proof of an entry. */
  | 'malformed';

/** Why something was not recorded, or not believed. */
export class JournalError extends CodedError<JournalErrorCode> {}
