import { EntryListError } from '../../ticketing/entry-list/entry-list-error.ts';
import type { OfferedPack } from '../../ticketing/gate-api/messages.ts';
import type { GateConfig } from '../config/config.ts';
import { logFailure, type Log } from '../log.ts';
import { openPackShelf } from '../pack/open-pack-shelf.ts';
import type { Taken } from '../pack/pack-shelf.ts';
import { choosePacks } from './choose-packs.ts';
import { SyncError } from './sync-error.ts';
import { troubleOf, type SyncTrouble } from './sync-state.ts';
import type { TicketingClient } from './ticketing-client.ts';

export interface PackFetcherOptions {
  readonly config: GateConfig;
  readonly take: (bytes: Uint8Array) => Promise<Taken>;
  readonly now: () => number;
  readonly log: Log;
  /** Until a file that was refused is fetched once more, in milliseconds: it may have been for later. */
  readonly again: number;
}

/** Fetches what is newer than what the gate has, and offers it to the gate as a stick would. */
export class PackFetcher {
  readonly #options: PackFetcherOptions;
  /** When a file was refused and why, by its digest. */
  readonly #refused = new Map<string, { readonly at: number; readonly trouble: SyncTrouble | undefined }>();

  constructor(options: PackFetcherOptions) {
    this.#options = options;
  }

  /**
   * What is refused keeps none of another session from being taken. Answers why a file that is still offered
   * was refused, if one was.
   */
  async fetchFrom(client: TicketingClient): Promise<SyncTrouble | undefined> {
    const { take, log, now } = this.#options;
    const offered = await client.packs();
    const stuck = new Set<string>();
    for (const each of this.#choose(offered)) {
      const session = JSON.stringify([each.event, each.session]);
      // What follows a change that was refused cannot be taken either.
      if (stuck.has(session)) continue;
      try {
        await take(await client.file(each));
        log.info({ event: 'pack-fetched', kind: each.kind, version: each.version }, fetched[each.kind]);
      } catch (error) {
        if (error instanceof SyncError && error.code !== 'wrong-file') throw error;
        stuck.add(session);
        this.#refused.set(each.digest, {
          at: now(),
          trouble: isOfAnotherTime(error) ? undefined : troubleOf(error),
        });
        logFailure(log, 'pack-refused', error);
      }
    }
    return offered.map(({ digest }) => this.#refused.get(digest)?.trouble).find((each) => each !== undefined);
  }

  #choose(offered: readonly OfferedPack[]): OfferedPack[] {
    const { shelf, close } = openPackShelf(this.#options.config);
    try {
      return choosePacks(
        offered.filter((each) => !this.#wasRefused(each)),
        (of) => shelf.highest(of),
      );
    } finally {
      close();
    }
  }

  #wasRefused({ digest }: OfferedPack): boolean {
    const refused = this.#refused.get(digest);
    return refused !== undefined && this.#options.now() - refused.at < this.#options.again;
  }
}

/** A pack for tomorrow, or of yesterday, is nobody's trouble. */
function isOfAnotherTime(error: unknown): boolean {
  return error instanceof EntryListError && (error.code === 'not-yet-valid' || error.code === 'expired');
}

const fetched = {
  full: 'Took a pack from the ticketing service.',
  delta: 'Took a change to the entry list from the ticketing service.',
} as const;
