/** A seat that can be had; numbered or not. */
export interface FreeSeat {
  readonly id: string;
  readonly position: number;
}

/**
 * Gives out free seats of one category, in their order: side by side for a party where there are as many,
 * else the first ones that there are. What was given once is not given again.
 */
export class FreeSeats<Seat extends FreeSeat> {
  #free: Seat[];

  /** The seats in the order of their positions. */
  constructor(free: readonly Seat[]) {
    this.#free = [...free];
  }

  get count(): number {
    return this.#free.length;
  }

  /** Whether so many are side by side. */
  hasRun(count: number): boolean {
    return this.#runOf(count) !== -1;
  }

  /** So many seats, or none where there are not enough. */
  take(count: number): Seat[] | undefined {
    if (count > this.#free.length) return undefined;
    return this.#free.splice(Math.max(0, this.#runOf(count)), count);
  }

  /** Where the first run of so many begins; -1 where there is none. */
  #runOf(count: number): number {
    let start = 0;
    for (let at = 0; at < this.#free.length; at += 1) {
      const follows = at > start && this.#free[at]?.position === (this.#free[at - 1]?.position ?? 0) + 1;
      if (!follows) start = at;
      if (at - start + 1 >= count) return start;
    }
    return -1;
  }
}
