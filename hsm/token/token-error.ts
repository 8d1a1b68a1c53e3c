import { CodedError } from '../coded-error.ts';

/** What can be wrong with a token, as programs tell it apart. */
export type TokenErrorCode =
  /** The module (the vendor's library) cannot be loaded or initialised. */
  | 'module-unusable'
  /** The module is in this process already, with other parameters. */
  | 'module-in-use'
  /** No slot holds a token of that label, or two do. */
  | 'token-not-found'
  /** The token has never been given a PIN. */
  | 'token-not-initialised'
  | 'pin-missing'
  | 'pin-wrong'
  | 'pin-locked'
  /** The token went away; it is being looked for. */
  | 'token-gone'
  | 'token-closed'
  | 'mechanism-missing'
  | 'key-not-found'
  | 'key-exists'
  /** The token gives away a key that must stay inside. */
  | 'key-readable'
  /** The token answered, and said no. */
  | 'token-refused'
  | 'malformed';

/** Anything that goes wrong between us and a PKCS#11 token. */
export class TokenError extends CodedError<TokenErrorCode> {}
