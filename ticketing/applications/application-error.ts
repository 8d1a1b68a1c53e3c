import { CodedError } from '../../hsm/coded-error.ts';

/** Why an application was not taken. */
export type ApplicationErrorCode =
  /** It is not what a kiosk sends; the sentence says where. */
  | 'malformed'
  /** It was signed too long ago, */
  | 'too-old'
  /** or at a time that has not come yet. */
  | 'in-future'
  /** What was signed is not what the catalogue has. */
  | 'catalogue-changed'
  | 'not-on-sale'
  /** Another application has its id. */
  | 'id-taken'
  | 'wrong-signature'
  /** A certificate does not pass the rule, */
  | 'certificate-refused'
  /** was revoked, */
  | 'certificate-revoked'
  /** or nobody knows whether it was; people look at that. */
  | 'certificate-unknown'
  /** The authentication certificate is not that of whoever signed. */
  | 'other-card'
  /** The authority gives no answer now: worth another try. */
  | 'authority-away'
  | 'quota-reached'
  | 'sold-out'
  /** The card opens a ticket of this session already, and can open no second. */
  | 'card-already-bound';

/** An application that was not taken: nothing was reserved for it. */
export class ApplicationError extends CodedError<ApplicationErrorCode> {}
