import { CodedError } from '../../hsm/coded-error.ts';

export type ReaderErrorCode =
  /** The card left the field, or does not answer. */
  | 'card-left'
  /** Another program holds the card or the reader. */
  | 'reader-busy'
  /** The reader or the PC/SC service is away. */
  | 'reader-away'
  /** Nobody held a card to the reader in time. */
  | 'no-card';

/** What goes wrong between a program and a card before any of the card's own answers. */
export class ReaderError extends CodedError<ReaderErrorCode> {}
