import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { insertRows, rowsAs } from './many-rows.ts';
import { newId } from './new-id.ts';

const auditColumns = {
  id: 'text',
  at: 'number',
  organisation_id: 'text',
  person_id: 'text',
  act: 'text',
  subject: 'text',
  detail: 'text',
} as const;

describeEachDatabase('many rows', (database) => {
  it('go in at once, as they are', async () => {
    const store = await database.newStore();
    const rows = Array.from({ length: 3 }, (_, number) => ({
      id: newId(number),
      at: 2 ** 50 + number,
      organisation_id: null,
      person_id: number === 0 ? null : `“${number}'s”`,
      act: '席 \u0001"\\',
      subject: String(number),
      detail: '{"a":[1]}',
    }));
    await store.transaction((tables) => insertRows(store, tables, 'audit', auditColumns, rows));
    expect(await store.db.selectFrom('audit').selectAll().orderBy('id').execute()).toEqual(rows);
  });

  it('carry bytes and nothing', async () => {
    const store = await database.newStore();
    const rows = [
      { key: 'a', bytes: Buffer.of(0, 255) },
      { key: 'b', bytes: null },
    ];
    const given = rowsAs('given_rows', store.kind, { key: 'text', bytes: 'bytes' }, rows);
    const back = await sql`select * from ${given} order by ${sql.ref('key')}`.execute(store.db);
    expect(back.rows).toEqual(rows);
  });

  it('may be none', async () => {
    const store = await database.newStore();
    await store.transaction((tables) => insertRows(store, tables, 'audit', auditColumns, []));
  });
});
