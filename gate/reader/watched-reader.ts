import type { PcscChannel } from './pcsc-channel.ts';
import { Presence } from './presence.ts';
import type { ReaderListener } from './reader.ts';
import type { Timer } from './timer.ts';

/**
 * pcscd looks at a reader every 0.4 s. A card that leaves and comes back in between, or another in its place,
 * is never told of, nor is one that had too little power to answer at first: so a card that was lost, and is
 * still said to be there after this long, is taken to have come again. So many times; one that answers
 * nothing for ever is not asked for ever.
 */
const LOOK_AGAIN_AFTER = 500;
const MOST_LOOKS = 8;

/** The cards that come to one reader. */
export class WatchedReader {
  readonly #name: string;
  readonly #channel: PcscChannel;
  readonly #timer: Timer;
  readonly #listener: Pick<ReaderListener, 'onCard'>;
  readonly #presence = new Presence();
  #card: AbortController | undefined;
  #looks = 0;
  #callOff: (() => void) | undefined;
  #away = false;

  constructor(name: string, channel: PcscChannel, timer: Timer, listener: Pick<ReaderListener, 'onCard'>) {
    this.#name = name;
    this.#channel = channel;
    this.#timer = timer;
    this.#listener = listener;
  }

  changed(state: number): void {
    if (this.#away) return;
    const change = this.#presence.next(state);
    if (change === 'none') return;
    this.#left();
    this.#looks = 0;
    if (change !== 'left') this.#arrived(false);
  }

  away(): void {
    this.#away = true;
    this.#left();
  }

  #left(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#card?.abort();
    this.#card = undefined;
  }

  #arrived(reset: boolean): void {
    const card = new AbortController();
    this.#card = card;
    const onGone = (): void => {
      this.#lookAgain(card);
    };
    this.#listener.onCard({
      reader: this.#name,
      arrivedAt: this.#timer.now(),
      left: card.signal,
      connect: () => this.#channel.connect({ reset, onGone }),
    });
  }

  #lookAgain(card: AbortController): void {
    if (this.#card !== card || this.#callOff !== undefined || this.#looks === MOST_LOOKS) return;
    this.#looks += 1;
    this.#callOff = this.#timer.after(LOOK_AGAIN_AFTER, () => {
      // Had this thread been busy, word of the card's leaving would come only now: let it come first.
      this.#callOff = this.#timer.after(1, () => {
        this.#left();
        this.#arrived(true);
      });
    });
  }
}
