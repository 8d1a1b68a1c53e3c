import type { VerdictOf } from '../decide/verdict.ts';
import type { Place } from '../journal/derived.ts';
import type { RecordedTap } from '../tap/open-gate.ts';
import type { Standing } from './standing.ts';

/** An admission, as its receipt tells of it. */
export interface LetThrough extends Pick<VerdictOf<'admitted'>, 'at' | 'gate' | 'people' | 'ticket'> {
  readonly place: Place;
}

/** What happens at a gate, for screens and counters. */
export type News =
  /** A card is being held over the reader. */
  | { readonly kind: 'holding' }
  | { readonly kind: 'tapped'; readonly tapped: RecordedTap }
  /** The card was taken away, and no other is there. */
  | { readonly kind: 'left' }
  | { readonly kind: 'standing'; readonly standing: Standing }
  /** Things stand otherwise with the ticketing service. */
  | { readonly kind: 'ticketing' }
  /** Staff let someone in by hand. */
  | { readonly kind: 'let-in'; readonly admission: LetThrough }
  /** Staff did something that is in the journal now. */
  | { readonly kind: 'staff' };

export type NewsListener = (news: News) => void;

/**
 * Passes news on, in order and never at once: whoever tells goes on first, so that no screen holds a tap up.
 */
export class Newsroom {
  readonly #listeners = new Set<NewsListener>();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  tell(news: News): void {
    setImmediate(() => {
      for (const listener of this.#listeners) this.#pass(news, listener);
    });
  }

  /** Answers what ends it. */
  listen(listener: NewsListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** What goes wrong on a screen is no matter of the lane's. */
  #pass(news: News, listener: NewsListener): void {
    try {
      listener(news);
    } catch (error) {
      this.#failed(error);
    }
  }
}
