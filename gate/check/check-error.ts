import { CodedError } from '../../hsm/coded-error.ts';

/** Why something is not ready, where no other room has said it already. */
export type CheckErrorCode =
  | 'no-reader'
  /** It cannot be looked at before something else is mended. */
  | 'needs-other'
  | 'key-does-not-sign'
  | 'clock-wrong'
  | 'disk-full'
  | 'printer-not-ready'
  | 'gate-running'
  | 'card-refused';

export class CheckError extends CodedError<CheckErrorCode> {}
