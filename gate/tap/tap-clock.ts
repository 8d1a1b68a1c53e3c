import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import type { CommandTiming } from '../card/card-session.ts';
import type { Timer } from '../reader/timer.ts';

/** Where a tap's milliseconds went. */
export interface TapTimes {
  /** From the card's arrival to the verdict on disk. */
  readonly total: number;
  /** The card, its reader and the air. */
  readonly card: number;
  /** The HSM; most of it passes while the card is busy, so it is no part of a sum. */
  readonly hsm: number;
  /** All but the card: what the gate itself cost the visitor. */
  readonly own: number;
  readonly commands: readonly CommandTiming[];
}

/** Tells what a tap's time was spent on. */
export class TapClock {
  readonly #timer: Timer;
  readonly #began: number;
  readonly #commands: CommandTiming[] = [];
  #card = 0;
  #hsm = 0;

  constructor(timer: Timer, began: number) {
    this.#timer = timer;
    this.#began = began;
  }

  command(timing: CommandTiming): void {
    this.#commands.push(timing);
    this.#card += timing.milliseconds;
  }

  async card<Value>(work: Promise<Value>): Promise<Value> {
    const at = this.#timer.now();
    try {
      return await work;
    } finally {
      this.#card += this.#timer.now() - at;
    }
  }

  async hsm<Value>(work: Promise<Value>): Promise<Value> {
    const at = this.#timer.now();
    try {
      return await work;
    } finally {
      this.#hsm += this.#timer.now() - at;
    }
  }

  /** The same key, its work counted. */
  signing(key: TerminalKey): TerminalKey {
    const { id, algorithm, certificate } = key;
    return { id, algorithm, certificate, sign: (message) => this.hsm(key.sign(message)) };
  }

  end(): TapTimes {
    const total = this.#timer.now() - this.#began;
    return {
      total,
      card: this.#card,
      hsm: this.#hsm,
      own: Math.max(0, total - this.#card),
      commands: this.#commands,
    };
  }
}
