/** Of a reader's PC/SC state: a card is there; arrivals and departures are counted in the upper half. */
const PRESENT = 0x20;
const COUNT_SHIFT = 16;

/** What a reader's state means for the card on it. */
export type PresenceChange = 'arrived' | 'left' | 'replaced' | 'none';

/**
 * Makes arrivals and departures out of a reader's states. States can be skipped when changes come fast, so a
 * card that was replaced between two of them is told by the reader's count; a state that differs in other
 * things (someone connected) changes nothing.
 */
export class Presence {
  #present = false;
  #count = 0;

  next(state: number): PresenceChange {
    const before = { present: this.#present, count: this.#count };
    this.#present = (state & PRESENT) !== 0;
    this.#count = state >>> COUNT_SHIFT;
    if (!this.#present) return before.present ? 'left' : 'none';
    if (!before.present) return 'arrived';
    return before.count === this.#count ? 'none' : 'replaced';
  }
}
