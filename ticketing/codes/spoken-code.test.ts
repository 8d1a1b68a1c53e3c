import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSpokenCode, readSpokenCode } from './spoken-code.ts';

const signs = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const lengths = fc.integer({ min: 5, max: 31 });

describe('a code that people read out', () => {
  it('has no sign that is mistaken for another, in groups of four', () => {
    for (let count = 0; count < 200; count += 1) {
      expect(newSpokenCode(16)).toMatch(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/);
    }
    expect(newSpokenCode(9)).toMatch(/^.{4}-.{4}-.$/);
  });

  it('reads back however it is typed', () => {
    const code = newSpokenCode(16);
    for (const typed of [
      code,
      code.toLowerCase(),
      code.replaceAll('-', ''),
      ` ${code.replaceAll('-', ' – ')} `,
    ]) {
      expect(readSpokenCode(typed, 16)).toBe(code);
    }
  });

  it('is no code any more with one sign wrong', () => {
    fc.assert(
      fc.property(lengths, fc.nat(30), fc.integer({ min: 1, max: 31 }), (length, at, shift) => {
        const plain = newSpokenCode(length).replaceAll('-', '');
        const place = at % length;
        const wrong = signs[(signs.indexOf(plain[place] ?? '') + shift) % 32] ?? '';
        expect(
          readSpokenCode(plain.slice(0, place) + wrong + plain.slice(place + 1), length),
        ).toBeUndefined();
      }),
    );
  });

  it('is no code any more with any two signs exchanged', () => {
    fc.assert(
      fc.property(lengths, fc.nat(30), fc.nat(30), (length, one, other) => {
        const plain = Array.from(newSpokenCode(length).replaceAll('-', ''));
        const [first, second] = [plain[one % length] ?? '', plain[other % length] ?? ''];
        fc.pre(first !== second);
        plain[one % length] = second;
        plain[other % length] = first;
        expect(readSpokenCode(plain.join(''), length)).toBeUndefined();
      }),
    );
  });

  it('is never read out of anything else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const read = readSpokenCode(text, 16);
        if (read !== undefined) expect(readSpokenCode(read, 16)).toBe(read);
      }),
    );
    expect(readSpokenCode(newSpokenCode(16), 15)).toBeUndefined();
    expect(readSpokenCode('0'.repeat(16), 16)).toBeUndefined();
  });

  it('is drawn from too many to be guessed', () => {
    expect(new Set(Array.from({ length: 2000 }, () => newSpokenCode(9))).size).toBe(2000);
    expect(() => newSpokenCode(4)).toThrow(TypeError);
    expect(() => newSpokenCode(32)).toThrow(TypeError);
  });
});
