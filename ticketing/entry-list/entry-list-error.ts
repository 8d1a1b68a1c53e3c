import { CodedError } from '../../hsm/coded-error.ts';

export type EntryListErrorCode =
  /** Not the kind of file that was asked for. */
  | 'wrong-kind'
  /** Cut, lengthened, or changed in any byte after it was signed. */
  | 'damaged'
  /** Signed by a key that is not trusted here. */
  | 'untrusted'
  /** Well signed, but says something this reader does not know, or in a way it does not allow. */
  | 'unknown-content'
  | 'other-gate-group'
  | 'other-session'
  | 'not-yet-valid'
  | 'expired'
  /** A version not above the highest ever taken for the session. */
  | 'not-newer'
  /** A delta for another version than the one it was to change. */
  | 'wrong-base'
  /** The key that was offered does not open the record. */
  | 'record-sealed'
  /** What was to be written cannot be. */
  | 'cannot-write';

/** Why an entry list, a delta or a pack was not taken, opened or written. */
export class EntryListError extends CodedError<EntryListErrorCode> {}
