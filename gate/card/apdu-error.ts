import { CodedError } from '../../hsm/coded-error.ts';

export type ApduErrorCode = 'bad-command' | 'bad-answer';

/** The one error of the APDU codec. */
export class ApduError extends CodedError<ApduErrorCode> {}
