import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { openStore, type Store } from '../store/store.ts';
import { addJob, type JobKind } from './job.ts';
import { JobRunner, type JobRunnerOptions } from './job-runner.ts';

interface Note {
  readonly text: string;
}

class CodedFailure extends Error {
  readonly code = 'away';
}

async function add(store: Store, text: string, more: { name?: string; runAt?: number } = {}): Promise<void> {
  await store.transaction((tables) =>
    addJob<Note>(tables, { kind: { name: 'note' }, payload: { text }, runAt: 0, ...more }),
  );
}

function runner(
  store: Store,
  run: JobKind<Note>['run'],
  more: Partial<JobKind<Note>> = {},
  options = {},
): JobRunner {
  const kinds: JobRunnerOptions['kinds'] = [{ name: 'note', run, ...more }];
  return new JobRunner({ store, kinds, now: () => 1_000, ...options });
}

describeEachDatabase('background jobs', (database) => {
  it('are done once, with what they were given, and are gone', async () => {
    const store = await database.newStore();
    const done: string[] = [];
    await add(store, 'first');
    const jobs = runner(store, ({ text }) => Promise.resolve(void done.push(text)));
    expect(await jobs.runDue()).toBe(1);
    expect(await jobs.runDue()).toBe(0);
    expect(done).toEqual(['first']);
    expect(await store.db.selectFrom('jobs').selectAll().execute()).toEqual([]);
  });

  it('wait for their time', async () => {
    const store = await database.newStore();
    await add(store, 'later', { runAt: 1_001 });
    expect(await runner(store, () => Promise.resolve()).runDue()).toBe(0);
  });

  it('stand once for each name', async () => {
    const store = await database.newStore();
    await add(store, 'one', { name: 'same' });
    await add(store, 'two', { name: 'same' });
    expect(await runner(store, () => Promise.resolve()).runDue()).toBe(1);
  });

  it('come with what makes them needed, or not at all', async () => {
    const store = await database.newStore();
    const failing = store.transaction(async (tables) => {
      await addJob<Note>(tables, { kind: { name: 'note' }, payload: { text: '' }, runAt: 0 });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await runner(store, () => Promise.resolve()).runDue()).toBe(0);
  });

  it('are each done by one of several instances', async () => {
    const address = await database.newAddress();
    const stores = await Promise.all([1, 2, 3].map(() => openStore(address)));
    const [first] = stores;
    for (let count = 0; first !== undefined && count < 20; count += 1) await add(first, String(count));
    const done: string[] = [];
    const all = stores.map((store) =>
      runner(store, ({ text }) => Promise.resolve(void done.push(text))).runDue(),
    );
    await Promise.all(all);
    expect(done.toSorted()).toEqual(Array.from({ length: 20 }, (_, count) => String(count)).toSorted());
    for (const store of stores) await store.close();
  });

  it('are begun anew by another instance where one died over them', async () => {
    const store = await database.newStore();
    await add(store, 'heavy');
    // An instance that never comes back.
    let taken: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (taken = resolve));
    void runner(store, () => (taken(), new Promise(() => undefined)), { mostMs: 500 }).runDue();
    await begun;
    const done: string[] = [];
    const again = (now: number): Promise<number> =>
      runner(store, ({ text }) => Promise.resolve(void done.push(text)), {}, { now: () => now }).runDue();
    expect(await again(1_499)).toBe(0);
    expect(await again(1_500)).toBe(1);
    expect(done).toEqual(['heavy']);
  });

  it('are tried again later where they fail, and stay to be looked at after the last attempt', async () => {
    const store = await database.newStore();
    await add(store, 'bad');
    let now = 1_000;
    const failures: boolean[] = [];
    const failing = runner(
      store,
      () => Promise.reject(new CodedFailure('secret words')),
      { mostAttempts: 3 },
      {
        now: () => now,
        onFailure: (_kind: string, _error: unknown, isLast: boolean) => failures.push(isLast),
      },
    );
    for (; now < 10_000_000; now += 30_000) await failing.runDue();
    expect(failures).toEqual([false, false, true]);
    const [job] = await store.db.selectFrom('jobs').selectAll().execute();
    expect(job).toMatchObject({ state: 'failed', attempts: 3, error: 'away' });
    expect(JSON.stringify(job)).not.toContain('secret');
  });

  it('come again at their intervals, also after a failure', async () => {
    const store = await database.newStore();
    let now = 0;
    let runs = 0;
    const every = runner(
      store,
      () => ((runs += 1) === 1 ? Promise.reject(new Error('first')) : Promise.resolve()),
      { everyMs: 100_000 },
      {
        now: () => now,
      },
    );
    await every.start();
    await every.stop();
    const again = runner(
      store,
      () => Promise.resolve(void (runs += 1)),
      { everyMs: 100_000 },
      { now: () => now },
    );
    for (; now < 400_000; now += 10_000) await again.runDue();
    // At 0 in vain, a minute later, then at each 100 s.
    expect(runs).toBe(5);
  });
});
