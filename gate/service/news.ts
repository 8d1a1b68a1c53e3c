import type { Tapped } from '../tap/tap.ts';
import type { Standing } from './standing.ts';

/** What happens at a gate, for screens and counters. */
export type News =
  /** A card is being held over the reader. */
  | { readonly kind: 'holding' }
  | { readonly kind: 'tapped'; readonly tapped: Tapped }
  /** The card was taken away, and no other is there. */
  | { readonly kind: 'left' }
  | { readonly kind: 'standing'; readonly standing: Standing }
  /** Staff did something that is in the journal now. */
  | { readonly kind: 'staff' };

export type NewsListener = (news: News) => void;

/**
 * Passes news on, in order and never at once: whoever tells goes on first, so that no screen holds a tap up.
 */
export class Newsroom {
  readonly #listeners = new Set<NewsListener>();

  tell(news: News): void {
    setImmediate(() => {
      for (const listener of this.#listeners) listener(news);
    });
  }

  /** Answers what ends it. */
  listen(listener: NewsListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
