import { describe, expect, it } from 'vitest';
import * as der from './der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('the DER writer of the tests', () => {
  it.each([
    ['small integers', der.integer(127), '02017f'],
    ['integers whose high bit is set', der.integer(128), '02020080'],
    ['zero', der.integer(0), '020100'],
    ['negative integers', der.integer(-129), '0202ff7f'],
    ['integers of bytes', der.integer(Uint8Array.of(0, 0, 0x90)), '02020090'],
    [
      'object identifiers',
      der.oid('1.2.392.200149.8.5.1.3.30'),
      '060b2a8308 8c9b550805 01031e'.replaceAll(' ', ''),
    ],
    ['named bits, trimmed', der.namedBits(0, 1), '030206c0'],
    ['no named bits', der.namedBits(), '030100'],
    ['long lengths', der.octetString(new Uint8Array(200)).subarray(0, 3), '0481c8'],
    ['longer lengths', der.octetString(new Uint8Array(70_000)).subarray(0, 5), '0483011170'],
    ['UTC times', der.time(new Date('2026-11-21T08:00:09Z')), '170d3236313132313038303030395a'],
    ['times from 2050', der.time(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
    ['explicit tags', der.explicit(3, der.integer(1)), 'a303020101'],
    ['implicit tags of primitives', der.implicit(0, der.octetString(Uint8Array.of(7))), '800107'],
    ['implicit tags of sequences', der.implicit(1, der.sequence()), 'a100'],
    ['sets in order', der.set(der.integer(9), der.integer(2)), '3106020102020109'],
    ['booleans', der.boolean(true), '0101ff'],
  ])('writes %s', (_, bytes, expected) => {
    expect(hex(bytes)).toBe(expected);
  });
});
