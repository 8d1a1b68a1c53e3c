import { createHash } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { HttpError } from './http-error.ts';

/** How often something may be tried. */
export interface GuessLimit {
  readonly most: number;
  readonly withinMs: number;
}

/**
 * Counts a try at something that must not be guessed (a code, a link), over all instances; throws
 * `too-many-requests` once there were too many. Count before looking, so that many at once gain nothing.
 *
 * @example
 * await countGuess(store, `claim ${clientAddress}`, { most: 20, withinMs: 3600_000 }, now());
 */
export async function countGuess(
  store: Store,
  subject: string,
  { most, withinMs }: GuessLimit,
  now: number,
): Promise<void> {
  const digest = createHash('sha256').update(subject).digest();
  const count = await store.transaction(async (tables) => {
    const row = await tables
      .insertInto('guesses')
      .values({ subject: digest, since: now, count: 1 })
      .onConflict((conflict) =>
        conflict.column('subject').doUpdateSet((eb) => {
          const over = eb(eb.ref('guesses.since'), '<=', now - withinMs);
          return {
            count: eb
              .case()
              .when(over)
              .then(1)
              .else(eb(eb.ref('guesses.count'), '+', 1))
              .end(),
            since: eb.case().when(over).then(now).else(eb.ref('guesses.since')).end(),
          };
        }),
      )
      .returning('count')
      .executeTakeFirstOrThrow();
    return row.count;
  });
  if (count <= most) return;
  throw new HttpError('too-many-requests', 'That was tried too often; wait a while, then try again.');
}

/** Forgets a subject: it was no guess. */
export async function forgiveGuesses(store: Store, subject: string): Promise<void> {
  const digest = createHash('sha256').update(subject).digest();
  await store.transaction((tables) => tables.deleteFrom('guesses').where('subject', '=', digest).execute());
}

/** Forgets what is days old. */
export async function forgetGuesses(store: Store, now: number): Promise<void> {
  await store.transaction((tables) =>
    tables
      .deleteFrom('guesses')
      .where('since', '<', now - 7 * 24 * 3600_000)
      .execute(),
  );
}
