import { CodedError } from '../../hsm/coded-error.ts';

/** Why a notice of a payment was not taken. */
export type PaymentErrorCode =
  /** No payment company that is known here signed it. */
  | 'wrong-signature'
  /** A notice of this id said something else before. */
  | 'id-taken';

export class PaymentError extends CodedError<PaymentErrorCode> {}
