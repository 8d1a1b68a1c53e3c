import { CodedError } from '../../hsm/coded-error.ts';

/** Why the database cannot be used, or did not do what it was asked. */
export type StoreErrorCode =
  /** It cannot be opened or reached. */
  | 'unreachable'
  /** Its tables are older or newer than this program's. */
  | 'other-version'
  /** The same work collided with others' again and again. */
  | 'contended';

export class StoreError extends CodedError<StoreErrorCode> {}
