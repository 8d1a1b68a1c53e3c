import { z } from 'zod';

/** How often a role's PIN was guessed wrong since it was last right. */
export const guesses = z.strictObject({ wrong: z.int().min(0), last: z.int().min(0) });
export type Guesses = z.output<typeof guesses>;

export const noGuesses: Guesses = { wrong: 0, last: 0 };

const allowed = 5;
const firstLock = 60_000;
const longestLock = 60 * 60_000;

/** Another wrong guess. Pure. */
export function guessedWrong({ wrong }: Guesses, now: number): Guesses {
  return { wrong: wrong + 1, last: now };
}

/**
 * For how many more milliseconds no guess is taken; 0 where one is. Each five wrong ones in a row lock for
 * twice as long as the five before, up to an hour. Where the clock was set back, for no longer than that.
 */
export function lockedFor({ wrong, last }: Guesses, now: number): number {
  if (wrong === 0 || wrong % allowed !== 0) return 0;
  const lock = Math.min(longestLock, firstLock * 2 ** (wrong / allowed - 1));
  return Math.min(lock, Math.max(0, last + lock - now));
}
