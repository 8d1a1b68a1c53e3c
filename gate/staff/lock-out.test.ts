import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessedWrong, lockedFor, noGuesses, type Guesses } from './lock-out.ts';

const minute = 60_000;

function wrongTimes(times: number, at: number): Guesses {
  return Array.from({ length: times }).reduce<Guesses>((guesses) => guessedWrong(guesses, at), noGuesses);
}

describe('a role’s lock', () => {
  it.each([0, 1, 4, 6, 9])('takes another guess after %i wrong ones', (wrong) => {
    expect(lockedFor(wrongTimes(wrong, 0), 0)).toBe(0);
  });

  it.each([
    [5, 1],
    [10, 2],
    [15, 4],
    [30, 32],
    [35, 60],
    [500, 60],
  ])('after %i wrong ones in a row holds for %i minutes', (wrong, minutes) => {
    const guesses = wrongTimes(wrong, 1_000);
    expect(lockedFor(guesses, 1_000)).toBe(minutes * minute);
    expect(lockedFor(guesses, 1_000 + minutes * minute)).toBe(0);
  });

  it('never holds longer than an hour, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(), fc.nat(), (wrong, last, now) => {
        const wait = lockedFor({ wrong, last }, now);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(60 * minute);
      }),
    );
  });

  it('lets nobody make more than five guesses a minute on the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 * minute), { maxLength: 100 }), (waits) => {
        let guesses = noGuesses;
        let now = 0;
        let taken = 0;
        for (const wait of waits) {
          now += wait;
          if (lockedFor(guesses, now) > 0) continue;
          guesses = guessedWrong(guesses, now);
          taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(5 * (1 + Math.floor(now / minute)));
      }),
    );
  });
});
