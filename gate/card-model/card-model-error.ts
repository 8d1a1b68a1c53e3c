import { CodedError } from '../../hsm/coded-error.ts';

/** Why a card model could not be used or measured. */
export type CardModelErrorCode =
  /** The file cannot be read, or is no card model. */
  | 'wrong-model'
  /** The card answered a command in a way that leaves nothing to measure. */
  | 'not-measured';

/** The one error of the card model. */
export class CardModelError extends CodedError<CardModelErrorCode> {}
