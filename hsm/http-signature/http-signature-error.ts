import { CodedError } from '../coded-error.ts';

export type HttpSignatureErrorCode =
  /** No signature, more than one, or fields that are not of the one form taken here. */
  | 'malformed'
  /** It does not cover what it must, or covers what it need not. */
  | 'wrong-coverage'
  /** Made by a key that is not known here. */
  | 'unknown-key'
  /** Signed for later, or too long ago, or to hold for too long. */
  | 'out-of-date'
  /** The signature does not hold over this request. */
  | 'bad-signature'
  /** The very same signed request came before. */
  | 'replayed'
  /** The body is not the one whose digest was signed. */
  | 'wrong-body'
  /** The signer's answer does not fit its public key. */
  | 'cannot-sign';

/** Why a request was not signed, or is not believed. */
export class HttpSignatureError extends CodedError<HttpSignatureErrorCode> {}
