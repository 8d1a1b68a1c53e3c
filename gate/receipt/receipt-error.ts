import { CodedError } from '../../hsm/coded-error.ts';

export type ReceiptErrorCode =
  /** The printer's address in the configuration is not one. */
  | 'address-wrong'
  /** The template of the pack cannot be printed as it stands. */
  | 'template-wrong'
  /** No receipt with this code or ticket number is kept here. */
  | 'not-found'
  /** Nothing of the receipt has reached the printer: it may be tried again. */
  | 'not-sent'
  /** The printer was sent the receipt and never said that it had printed it. */
  | 'in-doubt'
  /** A preview could not be written. */
  | 'unwritable';

/** Why a receipt is not printed, or not yet. */
export class ReceiptError extends CodedError<ReceiptErrorCode> {}
