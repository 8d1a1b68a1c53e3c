import type { ReaderStatus } from '../reader/reader.ts';
import type { Gate } from '../tap/open-gate.ts';
import type { LaneSwitch } from './lane-switch.ts';
import type { Log } from '../log.ts';
import type { Newsroom } from './news.ts';
import { isReady, standingOf, type Standing } from './standing.ts';
import type { Trouble } from './trouble.ts';

export const opening: Trouble = { missing: [], code: 'opening', reason: 'The gate is opening.' };

/** Keeps all that a gate's standing follows from, and tells it whenever it is another than before. */
export class StandingKeeper {
  readonly #lane: LaneSwitch;
  readonly #news: Newsroom;
  readonly #log: Log;
  #phase: Standing['phase'] = 'opening';
  #trouble: Trouble | undefined = opening;
  #readers: ReaderStatus = { readers: [], problem: 'The readers have not been looked for yet.' };
  #token: Gate['token'] | undefined;
  #told = '';

  constructor(parts: { lane: LaneSwitch; news: Newsroom; log: Log }) {
    this.#lane = parts.lane;
    this.#news = parts.news;
    this.#log = parts.log;
  }

  get now(): Standing {
    return standingOf({
      phase: this.#phase,
      laneOpen: this.#lane.open,
      readers: this.#readers,
      ...(this.#token === undefined ? {} : { token: this.#token.state }),
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
    });
  }

  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** The gate is open, with this HSM. */
  opened(token: Gate['token'], phase: Standing['phase']): void {
    this.#token = token;
    this.#phase = phase;
    this.troubleIs(undefined);
  }

  /** There is no gate any more, or not for long. */
  closed(phase: Standing['phase']): void {
    this.#token = undefined;
    this.#phase = phase;
    this.troubleIs(this.#trouble ?? opening);
  }

  troubleIs(trouble: Trouble | undefined): void {
    this.#trouble = trouble;
    this.lookAgain();
  }

  readersAre(readers: ReaderStatus): void {
    this.#readers = readers;
    this.lookAgain();
  }

  /** The lane or the HSM may be another than before. */
  lookAgain(): void {
    const standing = this.now;
    const told = JSON.stringify(standing);
    if (told === this.#told) return;
    this.#told = told;
    this.#news.tell({ kind: 'standing', standing });
    this.#log.info(
      { event: isReady(standing) ? 'ready' : 'out-of-order', missing: standing.missing },
      isReady(standing) ? 'Ready for cards.' : notReady(standing),
    );
  }
}

function notReady({ troubles, laneOpen }: Standing): string {
  const reasons = troubles.map(({ reason }) => reason);
  return `Not ready: ${[...reasons, ...(laneOpen ? [] : ['Staff closed the lane.'])].join(' ')}`;
}
