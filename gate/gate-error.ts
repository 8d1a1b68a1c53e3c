import { CodedError } from '../hsm/coded-error.ts';

/** Why the terminal could not do what it was asked, where no smaller room has its own error. */
export type GateErrorCode = 'config-unreadable' | 'config-wrong' | 'no-pack' | 'no-key' | 'damaged-database';

export class GateError extends CodedError<GateErrorCode> {}
