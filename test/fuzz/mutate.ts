import type { Seeded } from '../session/seeded.ts';

/** Numbers at which lengths and counts go wrong. */
const edges = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xfe, 0xff];
const mostBytes = 64 * 1024;

type Change = (bytes: Buffer, random: Seeded, other: Uint8Array) => Buffer;

const changes: readonly Change[] = [
  (bytes, random) => {
    const at = random.below(bytes.length);
    if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.one(edges);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  (bytes, random) => {
    const [from, length] = spanIn(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
  },
  (bytes, random) => {
    const [from, length] = spanIn(bytes, random);
    return Buffer.concat([bytes.subarray(0, from + length), bytes.subarray(from)]);
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const inserted = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
  },
  (bytes, random, other) => {
    const [from, length] = spanIn(other, random);
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + length), bytes.subarray(at)]);
  },
  (bytes, random, other) =>
    Buffer.concat([
      bytes.subarray(0, random.below(bytes.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]),
];

/** Bytes that are nearly those, by some changes of the kinds that readers stumble over. */
export function mutate(bytes: Uint8Array, random: Seeded, other: Uint8Array): Uint8Array {
  let changed = Buffer.from(bytes);
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    changed = Buffer.from(random.one(changes)(changed, random, other)).subarray(0, mostBytes);
  }
  return Uint8Array.from(changed);
}

function spanIn(bytes: Uint8Array, random: Seeded): readonly [from: number, length: number] {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(random.below(64), bytes.length - from)];
}
