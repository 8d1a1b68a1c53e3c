/** What is public of a PIN. */
export interface PinRule {
  readonly shortest: number;
  readonly longest: number;
  readonly tries: number;
}

/** The PIN of the authentication key: four digits. */
export const authenticationPinRule: PinRule = { shortest: 4, longest: 4, tries: 3 };

/** The PIN of the signature key: upper-case letters and digits. */
export const signaturePinRule: PinRule = { shortest: 6, longest: 16, tries: 5 };

/**
 * A PIN with its counter, which outlives a reset as the card's permanent memory does. A PIN that was never
 * set is blocked from the beginning.
 */
export class Pin {
  readonly rule: PinRule;
  readonly #secret: Uint8Array | undefined;
  #left: number;

  constructor(rule: PinRule, secret: string | undefined) {
    if (secret !== undefined && !fits(rule, Buffer.byteLength(secret))) {
      throw new RangeError(`A PIN of this kind has ${rule.shortest} to ${rule.longest} characters.`);
    }
    this.rule = rule;
    this.#secret = secret === undefined ? undefined : Buffer.from(secret, 'ascii');
    this.#left = secret === undefined ? 0 : rule.tries;
  }

  /** How many wrong tries are left; 0: blocked. */
  get left(): number {
    return this.#left;
  }

  hasLength(length: number): boolean {
    return fits(this.rule, length);
  }

  /** One try, which a wrong PIN uses up and a right one gives back. Wrong characters are a wrong PIN. */
  try(given: Uint8Array): boolean {
    if (this.#left === 0 || this.#secret === undefined) return false;
    const right = Buffer.compare(given, this.#secret) === 0;
    this.#left = right ? this.rule.tries : this.#left - 1;
    return right;
  }
}

function fits(rule: PinRule, length: number): boolean {
  return length >= rule.shortest && length <= rule.longest;
}
