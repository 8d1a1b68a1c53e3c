import { CodedError } from '../../hsm/coded-error.ts';

/** Why a kiosk does not do what its screen asks. */
export type KioskErrorCode =
  /** It is not the moment for that, or the screen is behind. */
  | 'not-now'
  /** A card of the visitor before lies on the reader. */
  | 'take-card'
  /** One try is left, and nobody has agreed to use it. */
  | 'last-try'
  /** What was typed can be no PIN of this kind. */
  | 'pin-shape'
  /** The catalogue does not have that, or not now. */
  | 'not-on-sale'
  /** Nothing is known of what is on sale. */
  | 'no-catalogue'
  /** What was typed or scanned is no claim's code. */
  | 'claim-shape'
  | 'no-such-number'
  | 'too-many-questions'
  /** The kiosk cannot work: its HSM or its disk is away. */
  | 'out-of-order';

export class KioskError extends CodedError<KioskErrorCode> {}
