import { EntryListError } from './entry-list-error.ts';
import type { ListIdentity } from './manifest.ts';

/** The highest version that a gate has ever taken, by event and session. A gate keeps it in its database. */
export interface TakenVersions {
  highest(event: string, session: string): number | undefined;
  record(event: string, session: string, version: number): void;
}

/** Refuses a version that is not above the highest ever taken: an older list is never a way back in. */
export function checkNewer(
  { event, session, version }: Pick<ListIdentity, 'event' | 'session' | 'version'>,
  taken: Pick<TakenVersions, 'highest'>,
): void {
  const highest = taken.highest(event, session);
  if (highest !== undefined && version <= highest) {
    throw new EntryListError(
      'not-newer',
      `Version ${version} is not above ${highest}, which this gate has taken for the session; take a newer one.`,
    );
  }
}
