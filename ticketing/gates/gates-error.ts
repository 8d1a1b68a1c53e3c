import { CodedError } from '../../hsm/coded-error.ts';

export type GatesErrorCode =
  /** No such code, or it was used. */
  | 'wrong-code'
  | 'code-expired'
  /** The code is for a gate of another name. */
  | 'other-gate'
  /** A gate of this name was enrolled before; a name is one gate's for ever. */
  | 'name-taken'
  /** This key is, or was, a gate's already. */
  | 'key-taken'
  /** The request's key is not the one whose fingerprint a person read off the gate. */
  | 'other-fingerprint'
  /** The request was signed by another key than it brings. */
  | 'not-the-signer'
  /** The gate was revoked: nothing is given to it, nothing taken from it. */
  | 'revoked'
  | 'no-such-gate'
  | 'no-such-code'
  /** Someone else changed it since it was read. */
  | 'changed-meanwhile';

/** Why a gate was not enrolled, changed or believed. */
export class GatesError extends CodedError<GatesErrorCode> {}
