import { CodedError } from '../hsm/coded-error.ts';

/** Why the ticketing service did not do what it was asked, where no smaller room has its own error. */
export type TicketingErrorCode =
  'file-unreadable' | 'file-wrong' | 'address-taken' | 'roots-missing' | 'not-there';

export class TicketingError extends CodedError<TicketingErrorCode> {}
