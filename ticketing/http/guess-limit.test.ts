import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { countGuess, forgetGuesses, forgiveGuesses } from './guess-limit.ts';

const limit = { most: 3, withinMs: 1000 };

describeEachDatabase('guesses', (database) => {
  it('are refused after so many, until the time is over, each subject by itself', async () => {
    const store = await database.newStore();
    for (const now of [0, 1, 2]) await countGuess(store, 'claim a', limit, now);
    await expect(countGuess(store, 'claim a', limit, 999)).rejects.toMatchObject({
      code: 'too-many-requests',
    });
    await countGuess(store, 'claim b', limit, 999);
    await countGuess(store, 'claim a', limit, 1000);
  });

  it('made all at once pass no more than one after another', async () => {
    const store = await database.newStore();
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, () => countGuess(store, 'c', limit, 5)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('are forgiven where it was none, and forgotten in time', async () => {
    const store = await database.newStore();
    for (let count = 0; count < 3; count += 1) await countGuess(store, 'c', limit, 5);
    await forgiveGuesses(store, 'c');
    await countGuess(store, 'c', limit, 6);
    await forgetGuesses(store, 30 * 24 * 3600_000);
    expect(await store.db.selectFrom('guesses').selectAll().execute()).toEqual([]);
  });

  it('leave nothing of what was tried', async () => {
    const store = await database.newStore();
    await countGuess(store, 'claim 192.0.2.7', limit, 0);
    const [row] = await store.db.selectFrom('guesses').selectAll().execute();
    expect(JSON.stringify({ ...row, subject: row?.subject.toString('latin1') })).not.toContain('192');
  });
});
