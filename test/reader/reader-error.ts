import { CodedError } from '../../hsm/coded-error.ts';

export type VirtualReaderErrorCode =
  | 'missing-program'
  | 'missing-driver'
  | 'no-namespace'
  | 'pcscd-not-started'
  | 'too-many-readers'
  | 'no-such-reader'
  | 'reader-occupied'
  | 'no-connection'
  | 'closed';

/** Why a private pcscd or one of its virtual readers does not do what was asked. */
export class VirtualReaderError extends CodedError<VirtualReaderErrorCode> {}
