import { Aes128 } from './aes128.ts';

/** What four bits that are shifted out come back as (NIST SP 800-38D, 6.3). */
const reductions = Int32Array.from({ length: 16 }, (_, bits) =>
  [0, 1, 2, 3].reduce((sum, bit) => sum ^ (bits & (1 << bit) ? 0xe1000000 >>> (3 - bit) : 0), 0),
);

/**
 * AES-128-GCM for many short texts, each under a key of its own. Node's cipher is quicker at long texts,
 * but to make one, feed it and take its tag costs three times the encryption of a row, and threads that do
 * so wait for each other. Rows are opened by node's, so each list that is read holds this to it.
 *
 * Its tables are read at places that depend on the key. Who watches that from the same processor has the
 * one encryption to do so for which a row's key is ever used.
 */
export class AesGcm {
  readonly #aes = new Aes128();
  readonly #block = new Int32Array(4);
  readonly #sum = new Int32Array(4);
  /** The hash key times each polynomial of four bits: four words each. */
  readonly #products = new Int32Array(4 * 16);

  /**
   * Encrypts the first `length` bytes of `text` in place and writes the tag after them; `text` is at least
   * as long as both, and that in whole blocks. Key (4), nonce (3) and associated data (whole blocks) are
   * big-endian words.
   */
  seal(key: Int32Array, nonce: Int32Array, associated: Int32Array, text: DataView, length: number): void {
    this.#aes.use(key);
    this.#makeProducts();
    this.#sum.fill(0);
    for (let at = 0; at < associated.length; at += 4) {
      this.#hash(
        word(associated, at),
        word(associated, at + 1),
        word(associated, at + 2),
        word(associated, at + 3),
      );
    }
    for (let at = 0, counter = 2; at < length; at += 16, counter += 1) {
      this.#keyStream(nonce, counter);
      for (let each = 0; each < 4; each += 1) {
        const place = at + 4 * each;
        text.setInt32(place, text.getInt32(place) ^ word(this.#block, each));
      }
      for (let end = length; end < at + 16; end += 1) text.setUint8(end, 0);
      this.#hash(text.getInt32(at), text.getInt32(at + 4), text.getInt32(at + 8), text.getInt32(at + 12));
    }
    this.#hash(0, associated.length * 32, 0, length * 8);
    this.#keyStream(nonce, 1);
    for (let each = 0; each < 4; each += 1) {
      text.setInt32(length + 4 * each, word(this.#sum, each) ^ word(this.#block, each));
    }
  }

  #keyStream(nonce: Int32Array, counter: number): void {
    this.#aes.encrypt(word(nonce, 0), word(nonce, 1), word(nonce, 2), counter, this.#block);
  }

  /** The products of the hash key, the encrypted zero block. Bits are in GCM's order: the first is x⁰. */
  #makeProducts(): void {
    this.#aes.encrypt(0, 0, 0, 0, this.#block);
    const products = this.#products;
    let a = word(this.#block, 0);
    let b = word(this.#block, 1);
    let c = word(this.#block, 2);
    let d = word(this.#block, 3);
    for (let single = 8; single > 0; single >>= 1) {
      products[4 * single] = a;
      products[4 * single + 1] = b;
      products[4 * single + 2] = c;
      products[4 * single + 3] = d;
      const out = d & 1;
      d = (d >>> 1) | (c << 31);
      c = (c >>> 1) | (b << 31);
      b = (b >>> 1) | (a << 31);
      a = (a >>> 1) ^ (out === 0 ? 0 : 0xe1000000);
    }
    for (let high = 2; high < 16; high *= 2) {
      for (let at = 4; at < 4 * high; at += 1) {
        products[4 * high + at] = word(products, 4 * high + (at & 3)) ^ word(products, at);
      }
    }
  }

  /** Adds a block to GHASH's sum and multiplies by the hash key, four bits at a time. */
  #hash(first: number, second: number, third: number, fourth: number): void {
    const products = this.#products;
    const sum = this.#sum;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let bits = fourth ^ word(sum, 3);
    for (let step = 0; step < 32; step += 1) {
      if (step === 8) bits = third ^ word(sum, 2);
      else if (step === 16) bits = second ^ word(sum, 1);
      else if (step === 24) bits = first ^ word(sum, 0);
      const product = (bits & 15) << 2;
      const out = word(reductions, d & 15);
      d = ((d >>> 4) | (c << 28)) ^ word(products, product | 3);
      c = ((c >>> 4) | (b << 28)) ^ word(products, product | 2);
      b = ((b >>> 4) | (a << 28)) ^ word(products, product | 1);
      a = (a >>> 4) ^ out ^ word(products, product);
      bits >>>= 4;
    }
    sum[0] = a;
    sum[1] = b;
    sum[2] = c;
    sum[3] = d;
  }
}

function word(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}
