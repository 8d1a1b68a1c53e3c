import { CodedError } from '../../hsm/coded-error.ts';

export type PackErrorCode =
  /** The gate holds no pack for what was asked. */
  | 'no-pack'
  /** What lies in the gate's folder is not what it took: older, or with a change missing. */
  | 'rolled-back'
  /** No list-signing key is trusted here, or a file is not one. */
  | 'no-list-key'
  /** The pack's receipt template cannot be printed by. */
  | 'receipt-wrong'
  | 'unreadable';

/** Why a gate has no pack to admit by, or did not take one; why it did not believe one is an `EntryListError`. */
export class PackError extends CodedError<PackErrorCode> {}
