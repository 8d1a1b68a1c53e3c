import { firstCommand } from './esc-pos-command.ts';
import { Paper, type Slip } from './paper.ts';

/**
 * A receipt printer without paper dust: takes bytes as a real one does, keeps what it printed, answers
 * DLE EOT at once and GS r when it has come to it, and stops where its paper ends or its cover opens.
 */
export class VirtualPrinter {
  readonly #paper = new Paper();
  #received: Uint8Array = new Uint8Array();
  /** The beginning of a real-time command at the end of what came. */
  #held: Uint8Array = new Uint8Array();
  #linesLeft = Number.POSITIVE_INFINITY;
  #paperLow = false;
  #coverOpen = false;
  #cutterStuck = false;
  #frozen = false;
  #mute = false;
  #breakAfter: number | undefined;
  #onBreak: () => void = () => undefined;
  #answer: (bytes: Uint8Array) => void = () => undefined;

  /** Every slip that was cut off, oldest first. */
  get slips(): readonly Slip[] {
    return this.#paper.slips;
  }

  /** Whether something is on the paper that was not cut off. */
  get half(): boolean {
    return this.#paper.begun.length > 0;
  }

  /** Whom to answer from now on. */
  answerTo(answer: (bytes: Uint8Array) => void): void {
    this.#answer = answer;
  }

  receive(bytes: Uint8Array): void {
    this.#received = join(this.#received, this.#withoutRealTime(bytes));
    this.#print();
  }

  /** Leaves paper for so many lines; without a number, for ever. */
  loadPaper(lines = Number.POSITIVE_INFINITY): void {
    this.#linesLeft = lines;
    this.#print();
  }

  setPaperLow(low: boolean): void {
    this.#paperLow = low;
  }

  setCover(state: 'open' | 'closed'): void {
    this.#coverOpen = state === 'open';
    this.#print();
  }

  setCutter(state: 'stuck' | 'free'): void {
    this.#cutterStuck = state === 'stuck';
    this.#print();
  }

  /** Frozen it takes bytes, says that it is well, and prints nothing: a slow printer, held still. */
  setFrozen(frozen: boolean): void {
    this.#frozen = frozen;
    this.#print();
  }

  /** Mute it answers nothing, as what is no receipt printer at all. */
  setMute(mute: boolean): void {
    this.#mute = mute;
  }

  /** Breaks the line, once, when it has taken so many more bytes to print; the rest never comes. */
  breakAfter(bytes: number, onBreak: () => void): void {
    this.#breakAfter = bytes;
    this.#onBreak = onBreak;
  }

  /** Power off and on: what was received and not printed is lost. */
  forget(): void {
    this.#received = new Uint8Array();
    this.#held = new Uint8Array();
  }

  #print(): void {
    while (!this.#stopped()) {
      const command = firstCommand(this.#received);
      if (command === undefined) return;
      if (this.#breaks(command.length)) return;
      this.#received = this.#received.subarray(command.length);
      if (command.name === 'GS r') this.#say(this.#sensor());
      else this.#paper.take(command);
      if (command.name === 'LF') this.#linesLeft -= 1;
    }
  }

  #breaks(length: number): boolean {
    if (this.#breakAfter === undefined) return false;
    this.#breakAfter -= length;
    if (this.#breakAfter >= 0) return false;
    this.#breakAfter = undefined;
    this.forget();
    this.#onBreak();
    return true;
  }

  #stopped(): boolean {
    return this.#frozen || this.#coverOpen || this.#cutterStuck || this.#linesLeft <= 0;
  }

  /** Real-time commands are done at once, before all that waits, also where nothing can be printed. */
  #withoutRealTime(bytes: Uint8Array): Uint8Array {
    const all = join(this.#held, bytes);
    const rest: number[] = [];
    let at = 0;
    for (; at < all.length; at += 1) {
      if (all[at] !== 0x10) rest.push(all[at] ?? 0);
      else if (at + 2 >= all.length && (at + 1 >= all.length || all[at + 1] === 0x04)) break;
      else if (all[at + 1] === 0x04) {
        this.#say(this.#status(all[at + 2] ?? 0));
        at += 2;
      } else rest.push(0x10);
    }
    this.#held = all.slice(at);
    return Uint8Array.from(rest);
  }

  #status(question: number): number {
    const out = this.#linesLeft <= 0;
    const set = (bit: number, on: boolean): number => (on ? bit : 0);
    const answers: Readonly<Record<number, number>> = {
      1: set(0x08, this.#stopped() && !this.#frozen),
      2: set(0x04, this.#coverOpen) | set(0x20, out) | set(0x40, this.#cutterStuck),
      3: set(0x08, this.#cutterStuck),
      4: set(0x0c, this.#paperLow || out) | set(0x60, out),
    };
    return 0x12 | (answers[question] ?? 0);
  }

  #sensor(): number {
    return this.#paperLow ? 0x03 : 0x00;
  }

  #say(byte: number): void {
    if (!this.#mute) this.#answer(Uint8Array.of(byte));
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.from([...a, ...b]);
}
