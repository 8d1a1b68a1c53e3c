import { CodedError } from '../../hsm/coded-error.ts';

/** What keeps a gate and the ticketing service apart, or should be looked into. */
export interface SyncTrouble {
  readonly code: string;
  readonly reason: string;
}

/** How things stand between a gate and the ticketing service, for the staff's screen. */
export interface SyncState {
  /** When a round last went through, ISO 8601; left out until the first one did. */
  readonly workedAt?: string;
  readonly trouble?: SyncTrouble;
  /** The last hand-over that was countersigned: when, and the checkpoint's short form. */
  readonly countersigned?: { readonly at: string; readonly shortForm: string };
}

export function troubleOf(error: unknown): SyncTrouble {
  if (error instanceof CodedError) return { code: error.code as string, reason: error.message };
  return { code: 'unexpected', reason: 'Something unexpected went wrong; the log has it.' };
}
