import { CodedError } from '../../hsm/coded-error.ts';

export type GateApiErrorCode =
  /** Not a request to enrol a gate. */
  | 'malformed'
  /** It does not prove that whoever wrote it holds the identity key in it. */
  | 'bad-proof';

/** Why a gate's request to be enrolled is not believed. */
export class GateApiError extends CodedError<GateApiErrorCode> {}
