import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Signer } from '../../hsm/keys/signer.ts';
import type { GateConfig } from '../config/config.ts';
import type { Journal } from '../journal/journal.ts';
import { logFailure, type Log } from '../log.ts';
import type { Taken } from '../pack/pack-shelf.ts';
import { Pause } from '../service/pause.ts';
import { handOver, handOverClosed, type HandedOver } from './hand-over.ts';
import { PackFetcher } from './pack-fetcher.ts';
import { SyncError } from './sync-error.ts';
import { troubleOf, type SyncState, type SyncTrouble } from './sync-state.ts';
import { TicketingClient } from './ticketing-client.ts';

/** What of the running terminal is kept in step. */
export interface SyncedService {
  readonly config: GateConfig;
  readonly now: number;
  readonly gate: { readonly journal: Journal } | undefined;
  /** Whether the HSM may be asked: not before the gate itself has tried, and never again with a wrong PIN. */
  readonly mayUseHsm: boolean;
  take(bytes: Uint8Array): Promise<Taken>;
  ticketingIs(state: SyncState): void;
}

export interface TicketingSyncOptions {
  readonly service: SyncedService;
  /** Where the ticketing service is. */
  readonly url: string;
  readonly identity: () => Promise<Signer>;
  readonly log: Log;
  readonly every?: Partial<Rhythm>;
}

/** In milliseconds. */
interface Rhythm {
  /** Between two looks for packs. */
  readonly look: number;
  /** Between two hand-overs of the journal, where something is new in it. */
  readonly handOver: number;
  /** After a failure: the first wait, and the longest of those that double. */
  readonly retry: number;
  readonly longest: number;
  /** Until a file that was refused is fetched once more. */
  readonly refused: number;
}

const usual: Rhythm = {
  look: 30_000,
  handOver: 300_000,
  retry: 2_000,
  longest: 300_000,
  refused: 3_600_000,
};

/** A gate that closes waits for nobody longer than this. */
const lastPatience = { answer: 5_000, file: 10_000 };

/**
 * Keeps a gate in step with the ticketing service while there is a network: takes packs and deltas, hands the
 * journal over, keeps what comes back countersigned. No tap waits for it and nothing needs it. What arrives
 * is checked as if it came on a stick, so a service in wrong hands can withhold, and no more.
 *
 * @example
 * const sync = new TicketingSync({ service, url: config.ticketing, identity: () => identity.signer(), log });
 * await service.stop();
 * await sync.finish();
 */
export class TicketingSync {
  readonly #options: TicketingSyncOptions;
  readonly #rhythm: Rhythm;
  readonly #client: TicketingClient;
  readonly #packs: PackFetcher;
  readonly #ended = new AbortController();
  readonly #pause = new Pause();
  readonly #living: Promise<void>;
  #state: SyncState = {};
  #found: SyncTrouble | undefined;
  #handedOverAt = Number.NEGATIVE_INFINITY;
  /** The newest entry when the journal was last handed over. */
  #newestThen = '';

  constructor(options: TicketingSyncOptions) {
    const { service, url, identity, log } = options;
    this.#options = options;
    this.#rhythm = { ...usual, ...options.every };
    const now = (): number => service.now;
    this.#client = new TicketingClient({ url, identity, now, ended: this.#ended.signal });
    this.#packs = new PackFetcher({
      config: service.config,
      take: (bytes) => service.take(bytes),
      now,
      log,
      again: this.#rhythm.refused,
    });
    this.#living = this.#live();
  }

  /** Ends the rounds; hands the closed journal over once more, where the service can be reached at once. */
  async finish(): Promise<void> {
    this.#ended.abort();
    this.#pause.end();
    await this.#living;
    const { service, url, identity, log } = this.#options;
    if (!service.mayUseHsm || !existsSync(join(service.config.state, 'journal.sqlite'))) return;
    try {
      const client = new TicketingClient({ url, identity, now: () => service.now, patience: lastPatience });
      const own = (await identity()).publicKey;
      this.#handedOver(await handOverClosed(own, client, service.config, log));
      this.#tell(this.#found);
    } catch (error) {
      logFailure(log, 'not-handed-over', error);
    }
  }

  async #live(): Promise<void> {
    let retry = this.#rhythm.retry;
    while (!this.#isEnded()) {
      const wentThrough = await this.#round();
      if (this.#isEnded()) return;
      await this.#pause.for(wentThrough ? this.#rhythm.look : retry);
      retry = wentThrough ? this.#rhythm.retry : Math.min(2 * retry, this.#rhythm.longest);
    }
  }

  /** Packs, then the journal. */
  async #round(): Promise<boolean> {
    const { service, log } = this.#options;
    if (!service.mayUseHsm) return false;
    try {
      const refused = await this.#packs.fetchFrom(this.#client);
      await this.#handOverWhenDue();
      this.#tell(this.#found ?? refused, new Date(service.now).toISOString());
      return true;
    } catch (error) {
      if (this.#isEnded()) return false;
      const trouble = troubleOf(error);
      if (trouble.code !== this.#state.trouble?.code) logFailure(log, 'ticketing-failed', error);
      this.#tell(trouble);
      return false;
    }
  }

  /** Not more often than it should be, and only where something is new since. */
  async #handOverWhenDue(): Promise<void> {
    const { service, log } = this.#options;
    const journal = service.gate?.journal;
    if (journal === undefined || newestIn(journal) === this.#newestThen) return;
    if (service.now - this.#handedOverAt < this.#rhythm.handOver) return;
    this.#handedOver(await handOver(journal, this.#client, service.config, log));
    this.#handedOverAt = service.now;
    // What handing over has itself written is nothing new.
    this.#newestThen = newestIn(journal);
  }

  #handedOver({ findings, countersigned }: HandedOver): void {
    const { service, log } = this.#options;
    const upTo = countersigned === undefined ? 'and not countersigned' : `up to checkpoint ${countersigned}`;
    log.info({ event: 'handed-over' }, `The journal is handed over, ${upTo}.`);
    if (countersigned !== undefined) {
      const at = new Date(service.now).toISOString();
      this.#state = { ...this.#state, countersigned: { at, shortForm: countersigned } };
    }
    this.#found = foundWrong(findings);
    if (this.#found === undefined) return;
    const what = findings.map(({ code, epoch }) => ({ code, epoch }));
    log.warn({ event: this.#found.code, findings: what }, this.#found.reason);
  }

  #tell(trouble: SyncTrouble | undefined, workedAt = this.#state.workedAt): void {
    const { countersigned } = this.#state;
    this.#state = {
      ...(workedAt === undefined ? {} : { workedAt }),
      ...(trouble === undefined ? {} : { trouble }),
      ...(countersigned === undefined ? {} : { countersigned }),
    };
    this.#options.service.ticketingIs(this.#state);
  }

  #isEnded(): boolean {
    return this.#ended.signal.aborted;
  }
}

function newestIn(journal: Journal): string {
  const [newest] = journal.newest(1);
  return newest === undefined ? '' : `${newest.epoch}/${newest.entry.number}`;
}

function foundWrong(findings: HandedOver['findings']): SyncTrouble | undefined {
  if (findings.length === 0) return undefined;
  const sentence = `The ticketing service found something wrong in this gate’s journal (${findings.length} findings); the organiser has a case of it.`;
  return troubleOf(new SyncError('journal-found-wrong', sentence));
}
