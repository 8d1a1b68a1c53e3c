import { CodedError } from '../coded-error.ts';

/** Why a terminal certificate is refused. */
export type TerminalCertificateErrorCode =
  | 'wrong-structure'
  | 'wrong-key'
  | 'unknown-algorithm'
  | 'wrong-issuer'
  | 'bad-signature'
  | 'not-yet-valid'
  | 'expired';

/** The one error about terminal certificates. */
export class TerminalCertificateError extends CodedError<TerminalCertificateErrorCode> {}
