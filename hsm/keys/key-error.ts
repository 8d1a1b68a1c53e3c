import { CodedError } from '../coded-error.ts';

/** What can be wrong with a key's life, as programs tell it apart. */
export type KeyErrorCode =
  | 'key-exists'
  | 'key-not-found'
  /** No terminal key is active for that card profile at that time. */
  | 'no-active-key'
  /** What was handed in is not in the form it should be in. */
  | 'malformed'
  /** A request's proof of possession does not verify. */
  | 'bad-proof'
  /** The certificate is for none of this token's keys. */
  | 'wrong-key'
  /** No J-LIS terminal root key that is trusted stands behind the certificate. */
  | 'untrusted'
  /** The key is in a state in which this cannot be done. */
  | 'wrong-state'
  /** Wrapped for another token. */
  | 'wrong-recipient'
  /** Sealed bytes that do not open. */
  | 'not-opened';

/** Anything that goes wrong in the life of a key. */
export class KeyError extends CodedError<KeyErrorCode> {}
