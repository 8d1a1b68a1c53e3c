import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as der from '../../test/encoding/der.ts';
import { DEEPEST, DerError, DerReader } from './der.ts';
import { wellFormed } from './well-formed.ts';

function check(bytes: Uint8Array): string {
  try {
    const reader = new DerReader(bytes);
    wellFormed(reader);
    reader.done();
    return 'well formed';
  } catch (error) {
    if (error instanceof DerError) return error.code;
    throw error;
  }
}

describe('well-formed DER', () => {
  it('may be anything whose parts are', () => {
    const bytes = der.sequence(
      der.integer(-1),
      der.set(der.oid('1.2.3'), der.nothing(), der.boolean(true)),
      der.explicit(3, der.sequence(), der.implicit(1, der.octetString(der.raw('ff00')))),
      der.bitString(der.raw('80'), 7),
      der.utf8String('かざす'),
    );
    expect(check(bytes)).toBe('well formed');
  });

  it.each([
    ['a length deep inside that lies', '3004 3002 0401', 'truncated'],
    ['a length that is not minimal', '3005 3003 048100', 'length-not-minimal'],
    ['an INTEGER that is not minimal', '3004 0202 0001', 'bad-integer'],
    ['a string in pieces', '2403 0401 00', 'bad-tag'],
    ['a SEQUENCE that is marked as a value', '1000', 'bad-tag'],
    ['a SET that is marked as a value', '1100', 'bad-tag'],
    ['unused bits that are set', '3004 0302 0101', 'bad-bit-string'],
    ['nothing', '', 'truncated'],
  ])('is not %s', (_, hex, code) => {
    expect(check(der.raw(hex))).toBe(code);
  });

  it('is nested no deeper than the cap', () => {
    expect(check(nested(DEEPEST))).toBe('well formed');
    expect(check(nested(DEEPEST + 1))).toBe('too-deep');
    expect(check(nested(10_000))).toBe('too-deep');
  });

  it('is told of any bytes without another error than our own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => check(bytes).length > 0),
      {
        numRuns: 3000,
      },
    );
  });
});

function nested(depth: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array();
  for (let i = 0; i < depth; i++) inner = der.sequence(inner);
  return inner;
}
