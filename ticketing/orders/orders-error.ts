import { CodedError } from '../../hsm/coded-error.ts';

export type OrdersErrorCode = 'no-such-event' | 'no-such-import' | 'file-wrong' | 'too-many-lines';

/** Why orders were not imported, or an import not found. */
export class OrdersError extends CodedError<OrdersErrorCode> {}
