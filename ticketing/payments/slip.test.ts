import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slipDueAt } from './slip.ts';
import { newSlipNumber, readSlipNumber, shownSlipNumber } from './slip-number.ts';

describe('a slip number', () => {
  it('reads back as it is printed', () => {
    for (let count = 0; count < 100; count += 1) {
      const number = newSlipNumber();
      expect(readSlipNumber(shownSlipNumber(number))).toBe(number);
    }
  });

  it('is not read with a digit changed or two exchanged', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.nat(9), fc.nat(15), (at, digit, other) => {
        const digits = Array.from(newSlipNumber());
        const changed = digits.with(at, String(digit)).join('');
        if (changed !== digits.join('')) expect(readSlipNumber(changed)).toBeUndefined();
        const [one = '', two = ''] = [digits[at], digits[other]];
        const exchanged = digits.with(at, two).with(other, one).join('');
        if (one !== two) expect(readSlipNumber(exchanged)).toBeUndefined();
      }),
    );
  });
});

describe('a slip', () => {
  const hour = 3_600_000;
  const noon = Date.parse('2027-04-01T12:00:00+09:00');

  it('can be paid until the end of a day in Japan', () => {
    expect(slipDueAt(noon, 24 * hour, noon + 240 * hour)).toBe(Date.parse('2027-04-02T23:59:59.999+09:00'));
  });

  it('can be paid until the day before the session at the latest', () => {
    expect(slipDueAt(noon, 240 * hour, noon + 30 * hour)).toBe(Date.parse('2027-04-01T23:59:59.999+09:00'));
  });

  it('can be paid until the session starts, and for an hour at least, on its own day', () => {
    expect(slipDueAt(noon, 72 * hour, noon + 6 * hour)).toBe(noon + 6 * hour);
    expect(slipDueAt(noon, 72 * hour, noon - hour)).toBe(noon + hour);
  });

  it('can be paid for a time that has not passed', () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.integer({ min: hour, max: 1e10 }), fc.nat(1e12), (now, within, starts) => {
        expect(slipDueAt(now, within, starts)).toBeGreaterThan(now);
      }),
    );
  });
});
