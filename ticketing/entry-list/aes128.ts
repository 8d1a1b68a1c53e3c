/** The S-box of FIPS 197, 5.1.1. */
const substitutes = makeSubstitutes();
/** Substitution and mixing of one byte, for each of the four rows: 256 words a row. */
const rounds = makeRounds();

const lastRound = 40;

/** AES-128 in one direction, over big-endian words. See AesGcm for what it may be used for. */
export class Aes128 {
  readonly #keys = new Int32Array(lastRound + 4);

  /** Takes another key, of 4 words. */
  use(key: Int32Array): void {
    const keys = this.#keys;
    for (let at = 0; at < 4; at += 1) keys[at] = word(key, at);
    for (let at = 4, constant = 1; at < keys.length; at += 1) {
      let next = word(keys, at - 1);
      if (at % 4 === 0) {
        next = (next << 8) | (next >>> 24);
        next = substituted(next, next, next, next) ^ (constant << 24);
        constant = doubled(constant);
      }
      keys[at] = word(keys, at - 4) ^ next;
    }
  }

  /** Encrypts the block of these four words into `out`. */
  encrypt(first: number, second: number, third: number, fourth: number, out: Int32Array): void {
    const keys = this.#keys;
    let a = first ^ word(keys, 0);
    let b = second ^ word(keys, 1);
    let c = third ^ word(keys, 2);
    let d = fourth ^ word(keys, 3);
    for (let at = 4; at < lastRound; at += 4) {
      const nextA = mixed(a, b, c, d) ^ word(keys, at);
      const nextB = mixed(b, c, d, a) ^ word(keys, at + 1);
      const nextC = mixed(c, d, a, b) ^ word(keys, at + 2);
      d = mixed(d, a, b, c) ^ word(keys, at + 3);
      a = nextA;
      b = nextB;
      c = nextC;
    }
    out[0] = substituted(a, b, c, d) ^ word(keys, lastRound);
    out[1] = substituted(b, c, d, a) ^ word(keys, lastRound + 1);
    out[2] = substituted(c, d, a, b) ^ word(keys, lastRound + 2);
    out[3] = substituted(d, a, b, c) ^ word(keys, lastRound + 3);
  }
}

/** A column of the next state: substitution, shift and mixing at once. */
function mixed(a: number, b: number, c: number, d: number): number {
  return (
    word(rounds, a >>> 24) ^
    word(rounds, 0x100 | ((b >>> 16) & 0xff)) ^
    word(rounds, 0x200 | ((c >>> 8) & 0xff)) ^
    word(rounds, 0x300 | (d & 0xff))
  );
}

/** A column after the last round, which does not mix. */
function substituted(a: number, b: number, c: number, d: number): number {
  return (
    (word(substitutes, a >>> 24) << 24) |
    (word(substitutes, (b >>> 16) & 0xff) << 16) |
    (word(substitutes, (c >>> 8) & 0xff) << 8) |
    word(substitutes, d & 0xff)
  );
}

function word(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

/** Twice a byte in the field of AES. */
function doubled(byte: number): number {
  return ((byte << 1) ^ ((byte & 0x80) === 0 ? 0 : 0x11b)) & 0xff;
}

/** Walks the field from 1, by three and by its inverse at once, so that each byte meets its own inverse. */
function makeSubstitutes(): Int32Array {
  const table = new Int32Array(256).fill(0x63);
  let [byte, inverse] = [1, 1];
  do {
    byte ^= doubled(byte);
    for (const by of [1, 2, 4]) inverse ^= inverse << by;
    inverse &= 0xff;
    if ((inverse & 0x80) !== 0) inverse ^= 0x09;
    const twice = inverse | (inverse << 8);
    table[byte] = (inverse ^ (twice >> 7) ^ (twice >> 6) ^ (twice >> 5) ^ (twice >> 4) ^ 0x63) & 0xff;
  } while (byte !== 1);
  return table;
}

function makeRounds(): Int32Array {
  const table = new Int32Array(4 * 256);
  substitutes.forEach((once, byte) => {
    const twice = doubled(once);
    const column = (twice << 24) | (once << 16) | (once << 8) | (twice ^ once);
    for (let row = 0; row < 4; row += 1) {
      table[row * 256 + byte] = row === 0 ? column : (column >>> (8 * row)) | (column << (32 - 8 * row));
    }
  });
  return table;
}
