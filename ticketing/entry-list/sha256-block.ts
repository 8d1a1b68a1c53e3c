/** The words that SHA-256 begins with (FIPS 180-4, 5.3.3). */
export const sha256Start = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);

/** A word for each round (FIPS 180-4, 4.2.2). */
// prettier-ignore
const roundWords = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);

const schedule = new Int32Array(64);

/**
 * SHA-256 of one block of 16 big-endian words, from one state of 8 words into another, which may be the
 * same. A list of a million takes eight of these a row: node's own hash is quicker at long messages, but
 * each call of it costs as much as five blocks here.
 */
export function sha256Block(from: Int32Array, block: Int32Array, to: Int32Array): void {
  expandBlock(block);
  // One by one: taking an array apart would cost more than the rounds.
  let a = at(from, 0);
  let b = at(from, 1);
  let c = at(from, 2);
  let d = at(from, 3);
  let e = at(from, 4);
  let f = at(from, 5);
  let g = at(from, 6);
  let h = at(from, 7);
  for (let round = 0; round < 64; round += 1) {
    const sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + sum + ((e & f) ^ (~e & g)) + at(roundWords, round) + at(schedule, round)) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  to[0] = at(from, 0) + a;
  to[1] = at(from, 1) + b;
  to[2] = at(from, 2) + c;
  to[3] = at(from, 3) + d;
  to[4] = at(from, 4) + e;
  to[5] = at(from, 5) + f;
  to[6] = at(from, 6) + g;
  to[7] = at(from, 7) + h;
}

function expandBlock(block: Int32Array): void {
  for (let word = 0; word < 16; word += 1) schedule[word] = at(block, word);
  for (let word = 16; word < 64; word += 1) {
    const early = at(schedule, word - 15);
    const late = at(schedule, word - 2);
    const low = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const high = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    schedule[word] = at(schedule, word - 16) + low + at(schedule, word - 7) + high;
  }
}

function turned(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}
