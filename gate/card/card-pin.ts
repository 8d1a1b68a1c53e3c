import { unreadable, type CardSession } from './card-session.ts';
import type { CardProfile, KeyName, PinRule } from './profile.ts';
import type { Answer } from './apdu.ts';
import { DONE, statusName } from './status-word.ts';

/** What a PIN came to. */
export type PinAnswer =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  /** No try is left, or the PIN was never set. */
  | { readonly kind: 'blocked' }
  /** It was not tried: one try is left, and nobody has agreed to use it. */
  | { readonly kind: 'last-try' };

/**
 * One of a card's PINs. The card is asked how many tries are left before each try, in the same session, so
 * that the last one is never used up by mistake.
 *
 * @example
 * const pin = new CardPin(session, profile, 'signature');
 * const answer = await pin.verify(typed, { lastTryAgreed: false });
 */
export class CardPin {
  readonly #session: CardSession;
  readonly #profile: CardProfile;
  readonly #rule: PinRule;
  #form: 'byShortId' | 'plain' = 'byShortId';

  constructor(session: CardSession, profile: CardProfile, name: KeyName) {
    this.#session = session;
    this.#profile = profile;
    this.#rule = profile.pins[name];
  }

  /** How many wrong tries are left; none where the PIN is blocked or was never set. Uses none up. */
  async triesLeft(): Promise<number> {
    let answer = await this.#send({});
    if (this.#form === 'byShortId' && this.#profile.statusWords.plainForm.includes(answer.status)) {
      this.#form = 'plain';
      const header = this.#profile.reading.selectHeader;
      const selected = await this.#session.send('select PIN', { header, data: this.#rule.file });
      answer = selected.status === DONE ? await this.#send({}) : selected;
    }
    const { fileAbsent, pinBlocked } = this.#profile.statusWords;
    // A card without this PIN's file has no such PIN.
    if ([...fileAbsent, ...pinBlocked].includes(answer.status)) return 0;
    return this.#triesIn(answer.status) ?? this.#nonsense(answer.status);
  }

  /** One try, which a wrong PIN uses up. The last one is used only where that was agreed. */
  async verify(pin: Uint8Array, { lastTryAgreed }: { lastTryAgreed: boolean }): Promise<PinAnswer> {
    if (!fitsPin(this.#rule, pin)) throw new RangeError('Not a PIN that this card can have.');
    const left = await this.triesLeft();
    if (left === 0) return { kind: 'blocked' };
    if (left === 1 && !lastTryAgreed) return { kind: 'last-try' };
    const { status } = await this.#send({ data: pin, secret: true });
    if (status === DONE) return { kind: 'right' };
    if (this.#profile.statusWords.pinBlocked.includes(status)) return { kind: 'blocked' };
    const triesLeft = this.#triesIn(status) ?? this.#nonsense(status);
    return triesLeft === 0 ? { kind: 'blocked' } : { kind: 'wrong', triesLeft };
  }

  #send(rest: { readonly data?: Uint8Array; readonly secret?: boolean }): Promise<Answer> {
    return this.#session.send('verify', { header: this.#rule[this.#form], ...rest });
  }

  #triesIn(status: number): number | undefined {
    const { triesLeft } = this.#profile.statusWords;
    return (status & ~0xf) === triesLeft ? status & 0xf : undefined;
  }

  #nonsense(status: number): never {
    throw unreadable(`${statusName(status)} when asked for a PIN`);
  }
}

/** Whether these bytes can be such a PIN at all: one that cannot is never sent to a card. */
export function fitsPin({ shortest, longest, characters }: PinRule, pin: Uint8Array): boolean {
  const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
  const allowed = characters === 'digits' ? isDigit : (byte: number) => isDigit(byte) || isLetter(byte);
  return pin.length >= shortest && pin.length <= longest && pin.every(allowed);
}
