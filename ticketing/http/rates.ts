/** How often one asker may ask. */
export interface Rate {
  readonly perMinute: number;
  /** How many at once, after a rest. */
  readonly burst: number;
}

const mostAskers = 50_000;

/**
 * Counts requests in this process' memory: it keeps one asker from taking all of this instance, and each
 * instance guards itself, without a write to the store for each request. What must not be guessed over
 * several instances (passwords, links, codes) is counted in the store instead: see guess-limit.ts.
 */
export class Rates {
  /** When each asker's allowance is whole again, least lately seen first. */
  readonly #wholeAt = new Map<string, number>();

  /** Milliseconds to wait until this one may ask; 0 where it may now, and then it is counted. */
  ask(asker: string, { perMinute, burst }: Rate, now: number): number {
    const step = 60_000 / perMinute;
    const wholeAt = Math.max(this.#wholeAt.get(asker) ?? 0, now);
    const wait = wholeAt + step - now - burst * step;
    if (wait > 0) return wait;
    this.#wholeAt.delete(asker);
    this.#wholeAt.set(asker, wholeAt + step);
    this.#forget();
    return 0;
  }

  get size(): number {
    return this.#wholeAt.size;
  }

  #forget(): void {
    for (const asker of this.#wholeAt.keys()) {
      if (this.#wholeAt.size <= mostAskers) return;
      this.#wholeAt.delete(asker);
    }
  }
}
