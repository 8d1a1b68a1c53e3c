import { CodedError } from '../coded-error.ts';

/** What can be wrong with bytes that should be BER-TLV as card-verifiable certificates use it. */
export type TlvErrorCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'unexpected-tag'
  | 'bad-tag'
  | 'indefinite-length'
  | 'length-not-minimal'
  | 'too-long'
  | 'too-deep';

/** The one error of the TLV reader and writer. */
export class TlvError extends CodedError<TlvErrorCode> {}

/** Raises a `TlvError` that says where in the bytes the fault lies. */
export function refuseTlv(code: TlvErrorCode, what: string, at: number): never {
  throw new TlvError(code, `Not valid BER-TLV at byte ${at}: ${what}.`);
}
