import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as der from '../../test/encoding/der.ts';
import { DerError, DerReader } from './der.ts';

const SECOND = 1000;
const FIRST = Date.UTC(1950, 0, 1);
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59);

function time(bytes: Uint8Array): number | string {
  try {
    return new DerReader(bytes).time();
  } catch (error) {
    if (error instanceof DerError) return error.code;
    throw error;
  }
}

describe('a time', () => {
  it('is what was written, for every second from 1950 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST / SECOND, max: Math.floor(LAST / SECOND) }), (seconds) => {
        const at = new Date(seconds * SECOND);
        expect(time(der.time(at))).toBe(at.getTime());
      }),
    );
  });

  it('is what JavaScript’s calendar says, for every day from 1990 to 2110', () => {
    for (let at = Date.UTC(1990, 0, 1); at < Date.UTC(2110, 0, 1); at += 86_400_000) {
      expect(time(der.time(new Date(at)))).toBe(at);
    }
  });

  it('is in the calendar, or is refused', () => {
    const two = fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, '0'));
    fc.assert(
      fc.property(fc.array(two, { minLength: 6, maxLength: 6 }), (parts) => {
        const [year = '', month, day, hour, minute, second] = parts;
        const iso = `${Number(year) < 50 ? '20' : '19'}${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
        const parsed = Date.parse(iso);
        // JavaScript rolls 30 February over and takes 24:00:00; a date that is there comes back as written.
        const real = !Number.isNaN(parsed) && new Date(parsed).toISOString() === iso;
        expect(time(der.utcTime(`${parts.join('')}Z`))).toBe(real ? parsed : 'bad-time');
      }),
      { numRuns: 5000 },
    );
  });

  it('turns from UTCTime to GeneralizedTime with the year 2050', () => {
    expect(time(der.utcTime('491231235959Z'))).toBe(Date.UTC(2049, 11, 31, 23, 59, 59));
    expect(time(der.utcTime('500101000000Z'))).toBe(Date.UTC(1950, 0, 1));
    expect(time(der.generalizedTime('20500101000000Z'))).toBe(Date.UTC(2050, 0, 1));
    expect(time(der.generalizedTime('20491231235959Z'))).toBe('bad-time');
    expect(new DerReader(der.generalizedTime('20261121090000Z')).generalizedTime()).toBe(
      Date.UTC(2026, 10, 21, 9),
    );
  });

  it.each(['000229000000Z', '240229000000Z', '480229000000Z'])('takes the leap day %s', (text) => {
    expect(time(der.utcTime(text))).toBeTypeOf('number');
  });

  it.each(['21000229000000Z', '22000229000000Z', '23000229000000Z'])('refuses %s: no leap year', (text) => {
    expect(time(der.generalizedTime(text))).toBe('bad-time');
  });

  it.each([
    '',
    '2611210900Z',
    '261121090000',
    '261121090000+0000',
    '261121090060Z',
    '2611210900000Z',
    '26112109000 Z',
  ])('refuses UTCTime %j', (text) => {
    expect(time(der.utcTime(text))).toBe('bad-time');
  });

  it.each(['', '20501121090000.0Z', '20501121090000', '205011210900Z', '-0501121090000Z'])(
    'refuses GeneralizedTime %j',
    (text) => {
      expect(time(der.generalizedTime(text))).toBe('bad-time');
    },
  );
});
