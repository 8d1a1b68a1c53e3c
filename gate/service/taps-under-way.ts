/** The taps that have begun and not ended. */
export class TapsUnderWay {
  readonly #began = new Map<Promise<unknown>, number>();

  add(tapping: Promise<unknown>): void {
    this.#began.set(tapping, performance.now());
    const end = (): void => {
      this.#began.delete(tapping);
    };
    tapping.then(end, end);
  }

  get none(): boolean {
    return this.#began.size === 0;
  }

  /** For how many milliseconds the longest of them has been going on. */
  get longest(): number {
    const [first] = this.#began.values();
    return first === undefined ? 0 : performance.now() - first;
  }

  /** Resolves when all that are under way now have ended, well or not. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#began.keys());
  }
}
