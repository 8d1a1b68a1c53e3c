import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryCode, entryOfCode } from './entry-code.ts';

const place = fc.record({ epoch: fc.integer({ min: 1, max: 9999 }), number: fc.nat(10_000_000) });

describe('the code on a receipt', () => {
  it('has the check digit that Damm’s own example has', () => {
    // 572 has the check digit 4.
    expect(entryCode({ epoch: 5, number: 72 })).toBe('5-72-4');
  });

  it('names the entry that it was made from', () => {
    fc.assert(
      fc.property(place, (entry) => {
        expect(entryOfCode(entryCode(entry))).toEqual(entry);
      }),
    );
  });

  it('names none where a digit was mistyped', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.integer({ min: 1, max: 9 }), (entry, where, by) => {
        const code = entryCode(entry);
        const digits = [...code.matchAll(/\d/g)].map(({ index }) => index);
        const at = digits[where % digits.length] ?? 0;
        const wrong = code.slice(0, at) + String((Number(code[at]) + by) % 10) + code.slice(at + 1);
        expect(entryOfCode(wrong)).toBeUndefined();
      }),
    );
  });

  it('is read as it is typed with a Japanese keyboard', () => {
    expect(entryOfCode(' ５－７２－４ ')).toEqual({ epoch: 5, number: 72 });
  });
});
