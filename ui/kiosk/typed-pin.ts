import { TypedBytes } from '../api/ask.ts';
import { pinType } from '../api/kiosk-client.ts';
import type { Pin } from '../api/kiosk-messages.ts';

/**
 * A PIN while it is typed: bytes that are wiped as soon as they are sent or no longer wanted. It never is a
 * string, which nothing could wipe, and the page never shows more of it than how long it is.
 *
 * @example
 * const typed = new TypedPin({ longest: 4, shortest: 4, characters: 'digits' });
 * typed.add('7'); // true
 * typed.length; // 1
 */
export class TypedPin {
  readonly #rule: Pick<Pin, 'shortest' | 'longest' | 'characters'>;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(rule: Pick<Pin, 'shortest' | 'longest' | 'characters'>) {
    this.#rule = rule;
    this.#bytes = new Uint8Array(rule.longest);
  }

  get length(): number {
    return this.#length;
  }

  get isLongEnough(): boolean {
    return this.#length >= this.#rule.shortest;
  }

  /** Takes a character where this PIN can have it there; letters in either case. */
  add(character: string): boolean {
    const sign = character.toUpperCase();
    const fits = this.#rule.characters === 'digits' ? /^[0-9]$/ : /^[0-9A-Z]$/;
    if (!fits.test(sign) || this.#length >= this.#bytes.length) return false;
    this.#bytes[this.#length] = sign.charCodeAt(0);
    this.#length += 1;
    return true;
  }

  takeBack(): void {
    if (this.#length === 0) return;
    this.#length -= 1;
    this.#bytes[this.#length] = 0;
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }

  /** Has it sent, and wipes it whatever comes of that; here it is gone at once. */
  async send(to: (pin: TypedBytes) => Promise<unknown>): Promise<void> {
    const bytes = this.#bytes.slice(0, this.#length);
    this.wipe();
    try {
      await to(new TypedBytes(pinType, bytes));
    } finally {
      bytes.fill(0);
    }
  }
}
