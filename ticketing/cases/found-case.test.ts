import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { openCase, settleCase, type CaseOutcome, type FoundCase } from './found-case.ts';

async function organisation(store: Store): Promise<string> {
  const id = newId();
  await store.db.insertInto('organisations').values({ id, name: 'Hall', created_at: 0 }).execute();
  return id;
}

function find(store: Store, found: FoundCase, now: number): Promise<CaseOutcome> {
  return store.transaction((tables) => openCase(tables, store.kind, found, now));
}

describeEachDatabase('what was found', (database) => {
  it('is one case however often it is found, and says so when more is known of it', async () => {
    const store = await database.newStore();
    const found = {
      organisation: await organisation(store),
      kind: 'double-entry',
      subject: 'ticket K-1',
      detail: { gates: ['a', 'b'], ticket: 'K-1' },
    };
    expect(await find(store, found, 1)).toBe('opened');
    expect(await find(store, { ...found, detail: { ticket: 'K-1', gates: ['a', 'b'] } }, 2)).toBe('known');
    expect(await find(store, { ...found, detail: { gates: ['a', 'b', 'c'] } }, 3)).toBe('grown');
    expect(await store.db.selectFrom('cases').selectAll().execute()).toMatchObject([
      { state: 'open', opened_at: 1, changed_at: 3, revision: 2, detail: '{"gates":["a","b","c"]}' },
    ]);
  });

  it('opens a closed case again only where there is more, with the reason', async () => {
    const store = await database.newStore();
    const found = { organisation: await organisation(store), kind: 'gap', subject: 'x', detail: { size: 1 } };
    await find(store, found, 1);
    await store.db.updateTable('cases').set({ state: 'closed', outcome: 'accepted' }).execute();
    expect(await find(store, found, 2)).toBe('known');
    expect(await find(store, { ...found, detail: { size: 2 } }, 3)).toBe('reopened');
    expect(await store.db.selectFrom('cases').select(['state', 'outcome']).execute()).toEqual([
      { state: 'open', outcome: null },
    ]);
    expect(await store.db.selectFrom('case_notes').select(['person_id', 'text']).execute()).toEqual([
      { person_id: null, text: 'Opened again: more was found since it was closed.' },
    ]);
  });

  it('is one case also where two find it at once', async () => {
    const store = await database.newStore();
    const found = { organisation: await organisation(store), kind: 'gap', subject: 'x', detail: {} };
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => find(store, found, 1)));
    expect(outcomes.filter((outcome) => outcome === 'opened')).toHaveLength(1);
    expect(await store.db.selectFrom('cases').selectAll().execute()).toHaveLength(1);
  });

  it('is settled by the service in the open, and never over a person’s own decision', async () => {
    const store = await database.newStore();
    const found = { organisation: await organisation(store), kind: 'missing', subject: 'x', detail: {} };
    const settle = () => store.transaction((tables) => settleCase(tables, found, 'It came in.', 5));
    await find(store, found, 1);
    await settle();
    await settle();
    expect(await store.db.selectFrom('cases').select(['state', 'outcome']).execute()).toEqual([
      { state: 'closed', outcome: 'settled' },
    ]);
    expect(await store.db.selectFrom('case_notes').select('text').execute()).toEqual([
      { text: 'It came in.' },
    ]);
  });
});
