import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { newId } from './new-id.ts';
import { migrate, openStore, type Store } from './store.ts';

async function newOrganisation(store: Store, name = 'Hall'): Promise<string> {
  const id = newId();
  await store.db
    .insertInto('organisations')
    .values({ id, name, created_at: 2 ** 50 })
    .execute();
  return id;
}

describeEachDatabase('the store', (database) => {
  it('gives times back as the numbers they were', async () => {
    const store = await database.newStore();
    const id = await newOrganisation(store);
    const row = await store.db
      .selectFrom('organisations')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    expect(row).toEqual({ id, name: 'Hall', created_at: 2 ** 50 });
  });

  it('does all of a transaction or nothing', async () => {
    const store = await database.newStore();
    const failing = store.transaction(async (tables) => {
      await tables.insertInto('organisations').values({ id: newId(), name: 'Gone', created_at: 0 }).execute();
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(await store.db.selectFrom('organisations').selectAll().execute()).toEqual([]);
  });

  it('lets no two transactions count from the same number, from two connections either', async () => {
    const address = await database.newAddress();
    const stores = [await openStore(address), await openStore(address)];
    const [first] = stores;
    if (first === undefined) throw new Error('unreachable');
    const id = await newOrganisation(first, '0');
    const raise = (store: Store): Promise<unknown> =>
      store.transaction(async (tables) => {
        const locked = tables.selectFrom('organisations').select('name').where('id', '=', id);
        const { name } = await (
          store.kind === 'postgres' ? locked.forUpdate() : locked
        ).executeTakeFirstOrThrow();
        await tables
          .updateTable('organisations')
          .set({ name: String(Number(name) + 1) })
          .where('id', '=', id)
          .execute();
      });
    await Promise.all(Array.from({ length: 40 }, (_, number) => raise(stores[number % 2] ?? first)));
    expect(await first.db.selectFrom('organisations').select('name').executeTakeFirst()).toEqual({
      name: '40',
    });
    for (const store of stores) await store.close();
  });

  it('is migrated once, whoever asks again', async () => {
    const address = await database.newAddress();
    expect(await migrate(address)).toEqual([]);
  });

  it('refuses tables of another version, with what to do', async () => {
    const address = await database.newAddress();
    const store = await openStore(address);
    await sql`delete from schema_steps where name = '0004-work'`.execute(store.db);
    await store.close();
    await expect(openStore(address)).rejects.toMatchObject({ code: 'other-version' });
  });

  it('gives ids that sort by when they were made', () => {
    const ids = [3, 1, 2].map((at) => newId(1_800_000_000_000 + at));
    expect(ids.toSorted()).toEqual([ids[1], ids[2], ids[0]]);
    expect(new Set(Array.from({ length: 1000 }, () => newId(0))).size).toBe(1000);
  });
});
