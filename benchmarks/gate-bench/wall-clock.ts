/**
 * The gate's clock during a measurement: each tap comes so much later that the same card, when its turn
 * comes again, is past the seconds in which two taps count as one. So each tap is an admission of its own
 * and writes all that an admission writes.
 */
export class WallClock {
  readonly #step: number;
  #ahead = 0;

  constructor(cards: number) {
    this.#step = Math.ceil(4000 / cards);
  }

  readonly now = (): number => Date.now() + this.#ahead;

  nextTap(): void {
    this.#ahead += this.#step;
  }
}
