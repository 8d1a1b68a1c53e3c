import { CodedError } from '../coded-error.ts';

/** What can be wrong with bytes that should be DER. */
export type DerErrorCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'unexpected-tag'
  | 'bad-tag'
  | 'indefinite-length'
  | 'length-not-minimal'
  | 'too-long'
  | 'too-deep'
  | 'bad-boolean'
  | 'default-written'
  | 'bad-integer'
  | 'bad-null'
  | 'bad-bit-string'
  | 'bad-object-identifier'
  | 'bad-time';

/** The one error of the DER reader: the bytes are not DER, or not of the shape that was asked for. */
export class DerError extends CodedError<DerErrorCode> {}

/** Raises a `DerError` that says where in the bytes the fault lies. */
export function refuseDer(code: DerErrorCode, what: string, at: number): never {
  throw new DerError(code, `Not valid DER at byte ${at}: ${what}.`);
}
