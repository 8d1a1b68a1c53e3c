import { CodedError } from '../../hsm/coded-error.ts';

/** Why a card could not be used. A tap maps each to a verdict. */
export type CardErrorCode =
  /** It left the field, or stopped answering: hold it a little longer. */
  | 'card-left'
  /** It took longer than the profile allows, for one command or in all: hold it a little longer. */
  | 'timed-out'
  /** It does not have the JPKI application. */
  | 'not-a-my-number-card'
  /** It has the application and no authentication certificate (an old 住基 card, or one not yet set up). */
  | 'no-certificate'
  /** Its answers make no sense: wrong lengths, unknown status words, no certificate where one should be. */
  | 'unreadable'
  /** It takes the gate's terminal certificate for none of J-LIS's. */
  | 'terminal-certificate-refused'
  /** It does not believe that the gate has the terminal key. */
  | 'proof-refused'
  /** It let the gate prove itself and then would not sign. */
  | 'signature-refused'
  /** The terminal key does not fit the card profile: a fault of the gate, not of the card. */
  | 'wrong-terminal-key'
  /** The card profile cannot be read, or says what it must not. */
  | 'wrong-profile';

/** The one error of the card's client. */
export class CardError extends CodedError<CardErrorCode> {}
