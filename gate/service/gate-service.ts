import { join } from 'node:path';
import type { GateConfig } from '../config/config.ts';
import { openPackShelf } from '../pack/open-pack-shelf.ts';
import type { Taken } from '../pack/pack-shelf.ts';
import type { ArrivedCard, ReaderStatus } from '../reader/reader.ts';
import type { SyncState } from '../sync/sync-state.ts';
import { openGate, type Gate, type RecordedTap } from '../tap/open-gate.ts';
import { GateWatch, type Look } from './gate-watch.ts';
import { LaneSwitch } from './lane-switch.ts';
import { logFailure, type Log } from '../log.ts';
import { Newsroom, type LetThrough, type NewsListener } from './news.ts';
import { Pause } from './pause.ts';
import type { Closing } from './slips.ts';
import { opening, StandingKeeper } from './standing-keeper.ts';
import type { Standing } from './standing.ts';
import { TapsUnderWay } from './taps-under-way.ts';
import { isForPeopleAlone, troubleFrom, type Trouble } from './trouble.ts';
import { turnAway } from './turn-away.ts';

export interface GateServiceOptions {
  readonly config: GateConfig;
  /** The HSM's. */
  readonly pin: string;
  readonly log: Log;
  readonly now?: () => number;
}

const lookEvery = 1_000;
const firstRetry = 500;
const longestRetry = 10_000;
const hanging = 60_000;

/**
 * The running terminal. It opens a gate and keeps it open; what is missing makes it out of order, and it
 * goes on trying until it is stopped. Cards always get an answer.
 *
 * @example
 * const service = new GateService({ config, pin, log });
 * const reader = watchPcscReaders(config, { onCard: (card) => void service.tap(card), onStatus: (status) => service.readersAre(status) });
 * await service.stop();
 */
export class GateService {
  readonly config: GateConfig;
  readonly #options: GateServiceOptions;
  readonly #now: () => number;
  readonly #log: Log;
  readonly #news = new Newsroom((error) => {
    logFailure(this.#log, 'screen-failed', error);
  });
  readonly #pause = new Pause();
  readonly #lane: LaneSwitch;
  readonly #taps = new TapsUnderWay();
  readonly #ended: Promise<void>;
  readonly #standing: StandingKeeper;
  #gate: Gate | undefined;
  #ticketing: SyncState | undefined;
  #mayUseHsm = false;
  #closing: Closing | undefined;
  #stopping = false;

  constructor(options: GateServiceOptions) {
    this.config = options.config;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#log = options.log;
    this.#lane = new LaneSwitch(join(options.config.state, 'lane.json'));
    this.#standing = new StandingKeeper({ lane: this.#lane, news: this.#news, log: this.#log });
    this.#ended = this.#live();
  }

  /** Opens, watches, closes; and anew, until it is stopped. */
  async #live(): Promise<void> {
    let retry = firstRetry;
    while (!this.#isStopping()) {
      const gate = await this.#open();
      if (gate === undefined) {
        if (!this.#isStopping()) await this.#pause.for(retry);
        retry = Math.min(2 * retry, longestRetry);
        continue;
      }
      retry = firstRetry;
      await this.#watch(gate);
      await this.#close(gate);
    }
  }

  async #open(): Promise<Gate | undefined> {
    const { config, pin } = this.#options;
    try {
      const gate = await openGate({
        config,
        pin,
        now: this.#now,
        tell: (event) => {
          this.#log.info(event, `Journal: ${event.event}.`);
        },
      });
      this.#gate = gate;
      this.#mayUseHsm = true;
      this.#standing.opened(gate.token, this.#isStopping() ? 'stopping' : 'open');
      const { event, session } = gate.session;
      const { version, count } = gate.list;
      this.#log.info(
        { event: 'open', entries: count, version },
        `Gate ${config.gate} is open for ${event}, ${session}: ${count} entries.`,
      );
      return gate;
    } catch (error) {
      const trouble = troubleFrom(error);
      if (trouble.code !== this.#standing.trouble?.code) logFailure(this.#log, 'not-open', error);
      this.#standing.troubleIs(trouble);
      this.#mayUseHsm = !isForPeopleAlone(error);
      // The one thing that trying again makes worse.
      if (!this.#mayUseHsm) await this.#pause.until(() => this.#isStopping());
      return undefined;
    }
  }

  /** Returns when the gate is to be closed: it is being stopped, or its list or journal has come to its end. */
  async #watch(gate: Gate): Promise<void> {
    const { state } = this.config;
    const watch = new GateWatch(gate, { state, now: this.#now, log: this.#log });
    const endTokenNews = gate.token.onState((state) => {
      this.#log.warn({ event: `hsm-${state}` }, `The HSM is ${state}.`);
      this.#standing.lookAgain();
    });
    try {
      while (!this.#isStopping()) {
        await this.#pause.for(lookEvery);
        const look: Look = await watch.look();
        this.#standing.troubleIs(look === 'well' ? undefined : look.trouble);
        if (look !== 'well' && look.over) return;
      }
    } finally {
      endTokenNews();
    }
  }

  /** Lets the taps under way come to their end, signs, and lets go of everything. */
  async #close(gate: Gate): Promise<void> {
    this.#gate = undefined;
    this.#standing.closed(this.#isStopping() ? 'stopping' : 'opening');
    await this.#taps.ended();
    // Without a checkpoint until it is signed, and never that of an earlier close.
    const stood = this.#stand(gate);
    this.#closing = stood;
    try {
      const checkpoint = await gate.close();
      if (stood !== undefined && checkpoint !== undefined) this.#closing = { ...stood, checkpoint };
      const signed = checkpoint !== undefined;
      const how = signed ? 'is signed' : 'is not signed, since the HSM did not; the next start signs it';
      this.#log.info({ event: 'closed', signed }, `Gate ${this.config.gate} is closed; its journal ${how}.`);
    } catch (error) {
      logFailure(this.#log, 'close-failed', error);
    }
  }

  /** One tap; whatever it brings up, the lane goes on. */
  tap(card: ArrivedCard): Promise<RecordedTap> {
    this.#news.tell({ kind: 'holding' });
    const tapping = this.#answer(card);
    this.#taps.add(tapping);
    void tapping.then(
      (tapped) => {
        this.#news.tell({ kind: 'tapped', tapped });
        this.#tellWhenGone(card);
        if (tapped.verdict.name === 'out-of-order' && this.#gate !== undefined) this.#pause.end();
      },
      (error: unknown) => {
        logFailure(this.#log, 'tap-failed', error);
        this.#tellWhenGone(card);
      },
    );
    return tapping;
  }

  async #answer(card: ArrivedCard): Promise<RecordedTap> {
    const blocked = this.#blocked(card);
    if (this.#gate !== undefined && blocked === undefined) return this.#gate.tap(card);
    return turnAway(card, blocked ?? opening, this.#now(), this.#gate);
  }

  /** What the readers' watch says. */
  readersAre(status: ReaderStatus): void {
    this.#log.info(
      { event: 'readers', readers: status.readers.length },
      status.problem ?? `Readers: ${status.readers.join(', ')}.`,
    );
    this.#standing.readersAre(status);
  }

  get standing(): Standing {
    return this.#standing.now;
  }

  /** The gate, while there is one. */
  get gate(): Gate | undefined {
    return this.#gate;
  }

  get now(): number {
    return this.#now();
  }

  /** How things stand with the ticketing service; left out where there is none. */
  get ticketing(): SyncState | undefined {
    return this.#ticketing;
  }

  /** What the connection to the ticketing service came to. */
  ticketingIs(state: SyncState): void {
    this.#ticketing = state;
    this.#news.tell({ kind: 'ticketing' });
  }

  /** Whether others may ask the HSM: the gate has tried its PIN first, and it was not the PIN that failed. */
  get mayUseHsm(): boolean {
    return this.#mayUseHsm;
  }

  /** Whether taps come to their end. Where one does not, an HSM or a driver hangs, and a restart may help. */
  get alive(): boolean {
    return this.#taps.longest < hanging;
  }

  /** Tells what happens from now on; answers what ends that. */
  listen(listener: NewsListener): () => void {
    return this.#news.listen(listener);
  }

  /** Takes a pack or a delta; also where the gate is not open for want of one. */
  async take(bytes: Uint8Array): Promise<Taken> {
    if (this.#gate !== undefined) return this.#gate.take(bytes);
    const { shelf, close } = openPackShelf(this.config);
    try {
      return await shelf.take(bytes, new Date(this.#now()));
    } finally {
      close();
      this.#pause.end();
    }
  }

  /** Opens or closes the lane; the caller has written it down. */
  setLane(open: boolean): void {
    this.#lane.set(open);
    this.#standing.lookAgain();
  }

  /** Staff did something that changes what screens show; perhaps let someone in. */
  staffActed(admission?: LetThrough): void {
    if (admission !== undefined) this.#news.tell({ kind: 'let-in', admission });
    this.#news.tell({ kind: 'staff' });
  }

  /** Signs what is recorded so far, for staff to read out or to keep; the gate goes on. */
  async closing(gate: Gate): Promise<Closing> {
    const checkpoint = await gate.journal.checkpoint('hand-over');
    return { ...standOf(gate, this.#now()), checkpoint };
  }

  /** Ends the taps under way, signs the journal, lets go of everything. Answers how the gate stood at last. */
  async stop(): Promise<Closing | undefined> {
    this.#stopping = true;
    this.#pause.end();
    await this.#ended;
    return this.#closing;
  }

  /** Why no card is admitted now, where that is known before one is read. */
  #blocked(card: ArrivedCard): Trouble | undefined {
    if (this.#standing.trouble !== undefined) return this.#standing.trouble;
    // Nobody is ever kept in.
    if (this.#lane.open || this.#gate?.laneOf(card).direction === 'out') return undefined;
    const reason = 'Staff closed the lane; a supervisor opens it on the staff screen.';
    return { missing: [], code: 'lane-closed', reason };
  }

  /** How the gate stands; nothing where its journal cannot say. */
  #stand(gate: Gate): Closing | undefined {
    try {
      return standOf(gate, this.#now());
    } catch (error) {
      logFailure(this.#log, 'no-counts', error);
      return undefined;
    }
  }

  #tellWhenGone({ left }: ArrivedCard): void {
    const gone = (): void => {
      if (this.#taps.none) this.#news.tell({ kind: 'left' });
    };
    if (left.aborted) gone();
    else left.addEventListener('abort', gone, { once: true });
  }

  #isStopping(): boolean {
    return this.#stopping;
  }
}

function standOf({ journal, journalSession, lane, contents }: Gate, at: number): Closing {
  return { gate: lane.gate, at, session: contents.texts.session, counts: journal.counts(journalSession) };
}
