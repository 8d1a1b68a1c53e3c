import { expect, it } from 'vitest';
import { setUpSession, type SetUpSession } from '../../test/box-office/box-office.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { askForImport, runImport, type OrdersToImport } from './import-orders.ts';
import { findImport, type ImportView } from './import-views.ts';
import { readOrders } from './read-orders.ts';

const now = (): number => Date.parse('2027-03-01T00:00:00Z');
const head = 'order,ticket,session,category,seat';

async function scene(store: Store, seats = 8) {
  const setUp = await setUpSession(store, { seats });
  const { name } = await store.db
    .selectFrom('sessions')
    .select('name')
    .where('id', '=', setUp.session)
    .executeTakeFirstOrThrow();
  const asked = (lines: readonly string[], wishes: Partial<OrdersToImport> = {}): Promise<string> =>
    askForImport(
      { store, now },
      {
        organisation: setUp.organisation,
        person: null,
        event: setUp.event,
        guide: 'pia',
        file: Buffer.from([head, ...lines].join('\r\n')),
        wanted: 'all',
        ...wishes,
      },
    );
  const take = async (...given: Parameters<typeof asked>): Promise<ImportView> => {
    const id = await asked(...given);
    await runImport({ store, now }, id);
    return findImport(store, setUp.organisation, id);
  };
  return { setUp, name, asked, take };
}

const ticketsOf = (store: Store, { session }: SetUpSession) =>
  store.db
    .selectFrom('tickets')
    .innerJoin('imported_tickets', 'imported_tickets.ticket_id', 'tickets.id')
    .innerJoin('seats', 'seats.ticket_id', 'tickets.id')
    .select(['guide_order', 'guide_ticket', 'label', 'tickets.state', 'seats.state as seat'])
    .where('tickets.session_id', '=', session)
    .orderBy('guide_ticket')
    .execute();

describeEachDatabase('the orders of a play guide', (database) => {
  it('become tickets with the seats that they name, and the others side by side', async () => {
    const store = await database.newStore();
    const { setUp, name, take } = await scene(store);
    const done = await take([`o1,t1,${name},S,`, `o2,t2,${name},S,A-2`, `o1,t3,${name},S,`]);
    expect(done).toMatchObject({ state: 'done', done: 3, total: 3, taken: 3, wrong: 0, report: [] });
    expect(await ticketsOf(store, setUp)).toEqual([
      { guide_order: 'o1', guide_ticket: 't1', label: 'A-3', state: 'valid', seat: 'sold' },
      { guide_order: 'o2', guide_ticket: 't2', label: 'A-2', state: 'valid', seat: 'sold' },
      { guide_order: 'o1', guide_ticket: 't3', label: 'A-4', state: 'valid', seat: 'sold' },
    ]);
    const changes = await store.db.selectFrom('list_changes').select('ticket_id').execute();
    expect(changes).toHaveLength(3);
    const kept = await store.db.selectFrom('order_imports').select('file').executeTakeFirst();
    expect(kept).toEqual({ file: null });
  });

  it('are refused whole with each wrong line named, or taken but for those', async () => {
    const store = await database.newStore();
    const { setUp, name, take } = await scene(store, 3);
    const lines = [
      `o1,t1,${name},S,A-1`,
      `o1,t1,${name},S,A-2`,
      `o2,t2,${name},S,A-1`,
      `o3,t3,nowhere,S,`,
      `o4,t4,${name},S`,
      `o5,"t5,${name},S,`,
    ];
    const refused = await take(lines);
    expect(refused).toMatchObject({ state: 'refused', taken: 0, wrong: 5 });
    expect(refused.report.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7]);
    expect(refused.report.map(({ why }) => why.split(':')[0])).toEqual([
      'ticket',
      'seat',
      'session',
      'it has 4 cells, and the first line 5',
      'a quote is not closed',
    ]);
    expect(await ticketsOf(store, setUp)).toEqual([]);

    expect(await take(lines, { wanted: 'good' })).toMatchObject({ state: 'done', taken: 1, wrong: 5 });
    expect(await ticketsOf(store, setUp)).toMatchObject([{ guide_ticket: 't1', label: 'A-1' }]);
  });

  it('never take more seats than there are, nor one that is sold', async () => {
    const store = await database.newStore();
    const { setUp, name, take } = await scene(store, 3);
    await take([`o1,t1,${name},S,`]);
    const lines = ['t2', 't3', 't4'].map((ticket) => `o-${ticket},${ticket},${name},S,`);
    expect(await take(lines)).toMatchObject({ state: 'refused', wrong: 1, report: [{ line: 4 }] });
    expect(await take(lines, { wanted: 'good' })).toMatchObject({ state: 'done', taken: 2, wrong: 1 });
    expect((await ticketsOf(store, setUp)).map(({ label }) => label)).toEqual(['A-1', 'A-2', 'A-3']);
  });

  it('are taken once, however often their file comes and wherever an import was cut off', async () => {
    const store = await database.newStore();
    const { setUp, name, asked, take } = await scene(store);
    const lines = [`o1,t1,${name},S,`, `o2,t2,${name},S,`];
    await take(lines);
    expect(await take(lines)).toMatchObject({ state: 'refused', wrong: 2 });
    expect(await take(lines, { guide: 'eplus' })).toMatchObject({ state: 'done', taken: 2 });

    const cut = await asked([`o3,t3,${name},S,`, `o4,t4,${name},S,`], { wanted: 'good' });
    await runImport({ store, now }, cut);
    // As a process leaves it that died after the last tickets were written.
    await store.db
      .updateTable('order_imports')
      .set({
        state: 'writing',
        ended_at: null,
        file: Buffer.from(`${head}\no3,t3,${name},S,\no4,t4,${name},S,`),
      })
      .where('id', '=', cut)
      .execute();
    await runImport({ store, now }, cut);
    expect(await findImport(store, setUp.organisation, cut)).toMatchObject({
      state: 'done',
      taken: 2,
      wrong: 0,
    });
    expect(await ticketsOf(store, setUp)).toHaveLength(6);
  });

  it('are not for another organisation’s event, nor for a session that is cancelled', async () => {
    const store = await database.newStore();
    const { setUp, name, asked, take } = await scene(store);
    const line = `o1,t1,${name},S,`;
    await expect(asked([line], { organisation: newId() })).rejects.toMatchObject({ code: 'no-such-event' });
    await store.db
      .updateTable('sessions')
      .set({ state: 'cancelled' })
      .where('id', '=', setUp.session)
      .execute();
    expect(await take([line])).toMatchObject({ state: 'refused', report: [{ line: 2 }] });
  });
});

it('are refused at once where the file is no such table', () => {
  const code = (text: string): unknown => {
    try {
      return readOrders(Buffer.from(text));
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  for (const text of ['', 'order,ticket', `${head},colour`, `${head},seat`])
    expect(code(text)).toBe('file-wrong');
  expect(code('ticket,order,category,session\nt,o,S,first\n')).toMatchObject({
    lines: [{ line: 2, order: 'o', ticket: 't', session: 'first', category: 'S', seat: undefined }],
    wrong: [],
  });
});
