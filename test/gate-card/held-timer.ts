import type { Timer } from '../../gate/reader/timer.ts';

/** Time that stands still until a test lets it go on. */
export class HeldTimer implements Timer {
  #now = 0;
  #next = 0;
  readonly #waiting = new Map<number, { readonly at: number; readonly act: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, act: () => void): () => void {
    const id = this.#next++;
    this.#waiting.set(id, { at: this.#now + milliseconds, act });
    return () => {
      this.#waiting.delete(id);
    };
  }

  /** How many calls are still to come. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets time pass, and what was due in it happen in its order. */
  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#waiting].filter(([, { at }]) => at <= until).sort((a, b) => a[1].at - b[1].at);
      const [first] = due;
      if (first === undefined) break;
      const [id, { at, act }] = first;
      this.#waiting.delete(id);
      this.#now = at;
      act();
    }
    this.#now = until;
  }
}
