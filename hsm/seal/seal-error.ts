import { CodedError } from '../coded-error.ts';

export type SealErrorCode =
  /** Not the bytes of a sealed object or a signed note at all. */
  | 'malformed'
  /** Sealed as something else than what was asked for. */
  | 'wrong-content-type'
  /** Sealed by a key that is not among those trusted here. */
  | 'unknown-key'
  /** The signature does not hold over these bytes. */
  | 'bad-signature'
  /** A key that is not a point on P-256, or a signer that answers with something else than r‖s. */
  | 'bad-key'
  /** What was to be sealed cannot be. */
  | 'cannot-seal';

/** Why a seal was not made or not believed. */
export class SealError extends CodedError<SealErrorCode> {}
