/** A progress bar that redraws one line of a terminal, at most ten times a second. */
export class Progress {
  readonly #label: string;
  readonly #total: number;
  readonly #out: NodeJS.WriteStream;
  #drawnAt = 0;

  constructor(label: string, total: number, out: NodeJS.WriteStream) {
    this.#label = label;
    this.#total = total;
    this.#out = out;
  }

  /** How many of the total are done. */
  at(done: number): void {
    const now = performance.now();
    if (!this.#out.isTTY || (now - this.#drawnAt < 100 && done < this.#total)) return;
    this.#drawnAt = now;
    const part = this.#total === 0 ? 1 : Math.min(1, done / this.#total);
    const width = 30;
    const bar = '█'.repeat(Math.round(part * width)).padEnd(width, '░');
    this.#out.write(`\r${this.#label} ${bar} ${Math.floor(part * 100)} % (${done}/${this.#total})`);
  }

  /** Ends the line. */
  end(): void {
    if (this.#out.isTTY) this.#out.write('\n');
  }
}
