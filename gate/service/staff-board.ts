import type { PackContents } from '../../ticketing/entry-list/pack-contents.ts';
import type { Direction } from '../decide/ticket.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import type { Counts } from '../journal/questions.ts';
import type { SyncState } from '../sync/sync-state.ts';
import type { GateService } from './gate-service.ts';
import type { Standing } from './standing.ts';

/** What stands at the top of the staff's screen. */
export interface Board {
  readonly gate: string;
  readonly standing: Standing;
  readonly session?: { readonly event: string; readonly session: string };
  /** What event and session are called. */
  readonly names?: Pick<PackContents['texts'], 'event' | 'session'>;
  /** Which way the lane leads, where its readers have not an exit of their own. */
  readonly direction: Direction;
  /** How many entries the list has now: who may come. Of which categories they are is sealed until they do. */
  readonly expected?: number;
  readonly list?: { readonly version: number; readonly issuedAt: string };
  readonly counts?: Counts;
  /** How things stand with the ticketing service, where the gate has one. */
  readonly ticketing?: SyncState;
}

/** Counting reads the whole day: not more often than this, whoever asks. */
const freshFor = 1_000;

/** Counts for the staff's screens, worked out once for all of them. */
export class StaffBoard {
  readonly #service: GateService;
  #counted: { readonly counts: Counts; readonly at: number } | undefined;
  #stale = true;

  constructor(service: GateService) {
    this.#service = service;
    service.listen(({ kind }) => {
      if (kind === 'tapped' || kind === 'staff') this.#stale = true;
    });
  }

  /** What is so now; counts may be a second old. */
  get now(): Board {
    const { gate, standing, config, ticketing } = this.#service;
    const { direction } = config;
    const always = {
      gate: config.gate,
      direction,
      standing,
      ...(ticketing === undefined ? {} : { ticketing }),
    };
    if (gate === undefined) return always;
    const { version, issuedAt, count } = gate.list;
    const { event, session } = gate.contents.texts;
    return {
      ...always,
      session: gate.session,
      names: { event, session },
      expected: count,
      list: { version, issuedAt: issuedAt.toISOString() },
      ...this.#counts(() => gate.journal.counts(gate.journalSession)),
    };
  }

  /** Without counts where the journal cannot say: its trouble is in the standing. */
  #counts(count: () => Counts): { counts?: Counts } {
    const at = performance.now();
    const fresh = this.#counted !== undefined && (!this.#stale || at - this.#counted.at < freshFor);
    try {
      if (!fresh) this.#counted = { counts: count(), at };
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      return {};
    }
    this.#stale = fresh && this.#stale;
    return this.#counted === undefined ? {} : { counts: this.#counted.counts };
  }
}
