import { CodedError } from '../../hsm/coded-error.ts';
import { tracedCard } from '../card/traced-card.ts';
import type { NetworkPrinter } from '../printer/network-printer.ts';
import type { PrivatePcscd } from '../reader/private-pcscd.ts';
import type { GateProcess, TapLine } from './gate-process.ts';
import type { Visitor } from './visitors.ts';

export class SandboxError extends CodedError<'no-such-card' | 'card-held' | 'reader-away'> {}

/** One command of a tap and its answer, with when the answer was there; nothing of what was read or signed. */
export interface TracedCommand {
  readonly name: string;
  readonly sent: number;
  readonly received: number;
  /** The status word in hexadecimal; `undefined` where the card left. */
  readonly status: string | undefined;
  /** Milliseconds since the tap's first answer. */
  readonly at: number;
}

export interface Held {
  readonly line: TapLine;
  readonly trace: readonly TracedCommand[];
}

export const faultNames = ['paper', 'reader'] as const;
export type FaultName = (typeof faultNames)[number];

/** What is wrong now. */
export type Faults = Readonly<Record<FaultName, boolean>>;

/** The sandbox's lane: its cards are held over its reader here, one at a time, and its faults are made here. */
export class SandboxLane {
  readonly visitors: readonly Visitor[];
  readonly #gate: GateProcess;
  readonly #pcscd: PrivatePcscd;
  readonly #paper: NetworkPrinter;
  #faults: Faults = { paper: false, reader: false };
  #busy = false;

  constructor(parts: {
    readonly visitors: readonly Visitor[];
    readonly gate: GateProcess;
    readonly pcscd: PrivatePcscd;
    readonly paper: NetworkPrinter;
  }) {
    this.visitors = parts.visitors;
    this.#gate = parts.gate;
    this.#pcscd = parts.pcscd;
    this.#paper = parts.paper;
  }

  get faults(): Faults {
    return this.#faults;
  }

  /** Holds the card over the reader until the light goes on, and takes it away. */
  async hold(label: string): Promise<Held> {
    const visitor = this.visitors.find((each) => each.label === label);
    if (visitor === undefined) throw new SandboxError('no-such-card', `No card is called ${label}.`);
    if (this.#faults.reader) {
      throw new SandboxError('reader-away', 'The reader is unplugged: plug it in again first.');
    }
    return this.#alone(async () => {
      const answered: { at: number; command: Omit<TracedCommand, 'at'> }[] = [];
      const card = tracedCard(visitor.card, ({ name, sent, received, status }) => {
        const hex = status?.toString(16).toUpperCase().padStart(4, '0');
        answered.push({ at: performance.now(), command: { name, sent, received, status: hex } });
      });
      try {
        const [line] = await Promise.all([this.#gate.nextTap(), this.#pcscd.insert(0, card)]);
        const start = answered[0]?.at ?? 0;
        return { line, trace: answered.map(({ at, command }) => ({ ...command, at: at - start })) };
      } finally {
        await this.#pcscd.remove(0);
      }
    });
  }

  /** Makes a fault, or mends it. */
  async setFault(fault: FaultName, on: boolean): Promise<void> {
    if (this.#faults[fault] === on) return;
    await this.#alone(async () => {
      if (fault === 'paper') this.#paper.printer.loadPaper(on ? 0 : undefined);
      else await (on ? this.#pcscd.stop() : this.#pcscd.start());
      this.#faults = { ...this.#faults, [fault]: on };
    });
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#busy) throw new SandboxError('card-held', 'A card is over the reader just now: wait a moment.');
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }
}
