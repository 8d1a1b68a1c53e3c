import { CodedError } from '../../hsm/coded-error.ts';

/** Why a card is not bound to a ticket, or taken from it. */
export type BindingErrorCode =
  | 'no-such-ticket'
  /** The ticket is not paid for, or ended. */
  | 'ticket-not-valid'
  | 'session-over'
  /** Its certificate does not count: the reason is the rule's. */
  | 'certificate-refused'
  | 'certificate-revoked'
  /** The authority does not know the certificate: people must look at it. */
  | 'certificate-unclear'
  | 'wrong-signature'
  | 'already-bound'
  /** The card opens another ticket of the session. */
  | 'card-opens-another'
  /** A further card of the ticket belongs to someone who is known as another visitor. */
  | 'card-of-another'
  | 'too-many-cards'
  | 'quota-reached'
  | 'no-such-binding'
  | 'binding-ended';

export class BindingError extends CodedError<BindingErrorCode> {}
