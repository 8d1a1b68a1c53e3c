import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SerialIndex } from './serial-index.ts';

/** Serials from few values, so that neighbours and duplicates occur; no leading zeros. */
const serial = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.uint8Array({ maxLength: 19, max: 2 }))
  .map(([first, rest]) => Uint8Array.of(first, ...rest));
const short = fc.uint8Array({ minLength: 2, maxLength: 2, max: 3 }).map((rest) => Uint8Array.of(1, ...rest));
const entry = fc.record({
  serial: fc.oneof(short, serial),
  reason: fc.integer({ min: 0, max: 10 }),
  at: fc.integer({ min: -631_152_000, max: 253_402_300_799 }),
});

function indexOf(entries: readonly { serial: Uint8Array; reason: number; at: number }[]): SerialIndex {
  const index = new SerialIndex();
  for (const each of entries) index.add(each.serial, 0, each.serial.length, each.reason, each.at);
  index.finish();
  return index;
}

describe('the index of serials', () => {
  it('finds what a map would find, whatever the order and lengths, and of duplicates the first', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.array(serial), (entries, others) => {
        const index = indexOf(entries);
        const first = new Map<string, { reason: number; at: number }>();
        for (const { serial: bytes, reason, at } of entries) {
          if (!first.has(bytes.join())) first.set(bytes.join(), { reason, at });
        }
        for (const bytes of [...entries.map((each) => each.serial), ...others]) {
          expect(index.find(bytes)).toEqual(first.get(bytes.join()));
          expect(index.has(bytes)).toBe(first.has(bytes.join()));
        }
        expect(index.size).toBe(entries.length);
      }),
    );
  });

  it('holds many pieces, in falling order too', () => {
    const count = 50_000;
    const bytes = Buffer.alloc(4);
    const index = new SerialIndex();
    for (let i = count; i > 0; i--) {
      bytes.writeUInt32BE(0x08000000 + 3 * i);
      index.add(bytes, 0, 4, i % 11, i);
    }
    index.finish();
    for (const i of [1, 2, 16_384, 16_385, count]) {
      bytes.writeUInt32BE(0x08000000 + 3 * i);
      expect(index.find(bytes)).toEqual({ reason: i % 11, at: i });
      bytes.writeUInt32BE(0x08000000 + 3 * i + 1);
      expect(index.find(bytes)).toBeUndefined();
    }
  });

  it('finds nothing where nothing was added, nor an empty serial', () => {
    const index = indexOf([]);
    expect(index.has(Uint8Array.of(1))).toBe(false);
    expect(index.has(new Uint8Array(0))).toBe(false);
    expect(index.has(new Uint8Array(99))).toBe(false);
  });
});
