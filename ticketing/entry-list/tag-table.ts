/**
 * The few tags that deltas have touched: an open-addressed table in two typed arrays, so that looking in
 * it allocates nothing either. Tags are evenly spread, so their first bytes are their hash.
 */
export class TagTable {
  readonly #keyLength: number;
  #keys: Uint8Array;
  #values: Int32Array;
  #mask: number;
  #count = 0;

  constructor(keyLength: number) {
    this.#keyLength = keyLength;
    this.#mask = 63;
    this.#keys = new Uint8Array((this.#mask + 1) * keyLength);
    this.#values = new Int32Array(this.#mask + 1);
  }

  get count(): number {
    return this.#count;
  }

  /** What was put under the key that the given bytes begin with, or 0. */
  get(key: Uint8Array): number {
    return this.#values[this.#slot(key)] ?? 0;
  }

  /** Puts a value other than 0; the latest counts. */
  set(key: Uint8Array, value: number): void {
    if ((this.#count + 1) * 2 > this.#mask) this.#grow();
    const slot = this.#slot(key);
    if (this.#values[slot] === 0) {
      this.#keys.set(key.subarray(0, this.#keyLength), slot * this.#keyLength);
      this.#count += 1;
    }
    this.#values[slot] = value;
  }

  #slot(key: Uint8Array): number {
    const first = ((key[0] ?? 0) << 24) | ((key[1] ?? 0) << 16) | ((key[2] ?? 0) << 8) | (key[3] ?? 0);
    let slot = first & this.#mask;
    while (this.#values[slot] !== 0 && !this.#holds(slot, key)) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #holds(slot: number, key: Uint8Array): boolean {
    const start = slot * this.#keyLength;
    for (let at = 0; at < this.#keyLength; at += 1) {
      if (this.#keys[start + at] !== key[at]) return false;
    }
    return true;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#mask = this.#mask * 2 + 1;
    this.#keys = new Uint8Array((this.#mask + 1) * this.#keyLength);
    this.#values = new Int32Array(this.#mask + 1);
    this.#count = 0;
    values.forEach((value, slot) => {
      if (value !== 0) this.set(keys.subarray(slot * this.#keyLength, (slot + 1) * this.#keyLength), value);
    });
  }
}
