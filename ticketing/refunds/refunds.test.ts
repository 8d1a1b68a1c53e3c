import { expect, it } from 'vitest';
import { bindHash, sellParty, setUpSession } from '../../test/box-office/box-office.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms, type Answer } from '../../test/ticketing/ask-room.ts';
import { changesToList } from '../bindings/entries-to-list.ts';
import { cutChanges } from '../bindings/list-changes.ts';
import { issueClaim } from '../claims/issue-claim.ts';
import type { Role } from '../http/actor.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { refundRoutes } from './refund-routes.ts';
import { takeBackCancelled } from './take-back-cancelled.ts';

interface ShownRefund {
  readonly id: string;
  readonly amount: number;
  readonly revision: number;
}

async function scene(store: Store, wishes: Parameters<typeof sellParty>[2] = {}) {
  const session = await setUpSession(store);
  const party = await sellParty(store, session, { tickets: 3, ...wishes });
  const now = (): number => 5_000;
  const ask = askRooms(store, [refundRoutes({ store, now })]);
  const as = (role: Role, organisation = session.organisation) => ({ person: newId(), organisation, role });
  const cancel = (body: object = {}, by = as('desk')): Promise<Answer> =>
    ask(`POST /api/applications/${party.application}/cancel`, { as: by, body });
  const refunds = async (query = ''): Promise<ShownRefund[]> => {
    const { body } = await ask(`GET /api/refunds${query}`, { as: as('auditor') });
    return (body as { items: ShownRefund[] }).items;
  };
  const rows = async () => ({
    application: await store.db
      .selectFrom('applications')
      .select('state')
      .where('id', '=', party.application)
      .executeTakeFirstOrThrow(),
    tickets: await store.db.selectFrom('tickets').select(['state', 'ended_why']).orderBy('place').execute(),
    seats: await store.db
      .selectFrom('seats')
      .select(['state', 'ticket_id'])
      .orderBy('position')
      .limit(3)
      .execute(),
    bindings: await store.db.selectFrom('bindings').select(['state', 'ended_why']).execute(),
    claims: await store.db.selectFrom('claims').select('state').execute(),
  });
  const [first = '', second = '', third = ''] = party.tickets;
  return { session, party, ask, as, cancel, refunds, rows, now, first, second, third };
}

const refusal = (status: number, code: string) => ({ status, body: { code } });
const ended = (why: string) => ({ state: 'ended', ended_why: why });
const free = { state: 'free', ticket_id: null };

describeEachDatabase('tickets that are taken back', (database) => {
  it('end with their cards and claims, free their seats, and are owed back, each once', async () => {
    const store = await database.newStore();
    const { session, cancel, refunds, rows, first, second, third } = await scene(store);
    const card = await bindHash(store, session, first);
    await store.transaction((tables) => issueClaim(tables, store.kind, { ticket: second, now: 1 }));
    const before = await store.transaction((tables) => cutChanges(tables, session.session));
    expect(await cancel({ tickets: [first, second, first] })).toMatchObject({
      status: 200,
      body: { owed: 16_000 },
    });
    expect(await rows()).toEqual({
      application: { state: 'paid' },
      tickets: [ended('refunded'), ended('refunded'), { state: 'valid', ended_why: null }],
      seats: [free, free, { state: 'sold', ticket_id: third }],
      bindings: [ended('ticket-ended')],
      claims: [{ state: 'recalled' }],
    });
    expect((await refunds()).map(({ amount }) => amount)).toEqual([8000, 8000]);
    const upTo = await store.transaction((tables) => cutChanges(tables, session.session));
    const gone = [];
    for await (const change of changesToList(store, session.session, { after: before, upTo }))
      if (change.listed === undefined) gone.push(change.withdrawn.map((hash) => Buffer.from(hash)));
    expect(gone).toEqual(expect.arrayContaining([[card.serialHash], []]));
    expect(gone).toHaveLength(2);
    expect(await cancel({ tickets: [first] })).toMatchObject(refusal(404, 'no-such-ticket'));
    expect(await cancel()).toMatchObject({ body: { tickets: [third], owed: 8000 } });
    expect((await rows()).application).toEqual({ state: 'refunded' });
    expect(await cancel()).toMatchObject(refusal(409, 'nothing-left'));
    expect(await refunds()).toHaveLength(3);
  });

  it('are taken back once by two at the same moment', async () => {
    const store = await database.newStore();
    const { cancel, refunds } = await scene(store);
    const answers = await Promise.all([cancel(), cancel(), cancel()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await refunds()).toHaveLength(3);
  });

  it('are cancelled whole, and owe nothing, where they were not paid for', async () => {
    const store = await database.newStore();
    const { cancel, refunds, rows, first } = await scene(store, { state: 'reserved' });
    expect(await cancel({ tickets: [first] })).toMatchObject(refusal(409, 'only-whole'));
    expect(await cancel()).toMatchObject({ status: 200, body: { owed: 0 } });
    expect(await rows()).toMatchObject({
      application: { state: 'cancelled' },
      tickets: [ended('cancelled'), ended('cancelled'), ended('cancelled')],
      seats: [free, free, free],
    });
    expect(await refunds()).toEqual([]);
  });

  it('leave no party without the card that opens for it', async () => {
    const store = await database.newStore();
    const { cancel, first, third } = await scene(store, { companions: 'representative-opens' });
    expect(await cancel({ tickets: [first] })).toMatchObject(refusal(409, 'representative-last'));
    expect(await cancel({ tickets: [third] })).toMatchObject({ status: 200 });
    expect(await cancel()).toMatchObject({ status: 200, body: { owed: 16_000 } });
  });

  it('are paid back once, with a reference, by whoever saw the refund as it is', async () => {
    const store = await database.newStore();
    const { cancel, refunds, ask, as, first } = await scene(store);
    await cancel({ tickets: [first] });
    const [owed] = await refunds('?state=owed');
    const pay = (etag: string, by = as('organiser')): Promise<Answer> =>
      ask(`POST /api/refunds/${owed?.id ?? ''}/paid`, {
        as: by,
        body: { reference: 'bank 17' },
        headers: { 'if-match': etag },
      });
    expect(await pay('"1"', as('desk'))).toMatchObject(refusal(403, 'wrong-role'));
    expect(await pay('"1"', as('owner', newId()))).toMatchObject(refusal(404, 'not-found'));
    expect(await pay('"1"')).toMatchObject({ status: 200, body: { state: 'paid', reference: 'bank 17' } });
    expect(await pay('"1"')).toMatchObject(refusal(412, 'revision-changed'));
    expect(await pay('"2"')).toMatchObject(refusal(409, 'already-paid'));
    expect(await refunds('?state=owed')).toEqual([]);
  });

  it('are taken back of a cancelled session by themselves, in whatever state, and nothing of another', async () => {
    const store = await database.newStore();
    const { session, party, rows, refunds, now } = await scene(store);
    const unpaid = await sellParty(store, session, { tickets: 2, state: 'reserved' });
    const other = await setUpSession(store, { of: session });
    const elsewhere = await sellParty(store, other);
    const imported = await sellParty(store, session);
    await store.db
      .updateTable('tickets')
      .set({ application_id: null })
      .where('id', 'in', imported.tickets)
      .execute();
    await store.db.deleteFrom('applications').where('id', '=', imported.application).execute();
    await store.db
      .updateTable('sessions')
      .set({ state: 'cancelled' })
      .where('id', '=', session.session)
      .execute();
    const job = takeBackCancelled({ store, now });
    await Promise.all([job.run({}), job.run({})]);
    expect((await rows()).application).toEqual({ state: 'refunded' });
    expect((await refunds()).map(({ amount }) => amount)).toEqual([8000, 8000, 8000]);
    const left = await store.db.selectFrom('tickets').select('id').where('state', '!=', 'ended').execute();
    expect(left).toEqual([{ id: elsewhere.tickets[0] }]);
    const states = await store.db.selectFrom('applications').select(['id', 'state']).execute();
    expect(new Map(states.map(({ id, state }) => [id, state]))).toEqual(
      new Map([
        [party.application, 'refunded'],
        [unpaid.application, 'cancelled'],
        [elsewhere.application, 'paid'],
      ]),
    );
  });

  it('are another organisation’s as if they were not there, and the act is written down', async () => {
    const store = await database.newStore();
    const { cancel, as, party } = await scene(store);
    expect(await cancel({}, as('owner', newId()))).toMatchObject(refusal(404, 'not-found'));
    expect(await cancel({}, as('auditor'))).toMatchObject(refusal(403, 'wrong-role'));
    await cancel();
    const acts = await store.db.selectFrom('audit').select(['act', 'subject', 'detail']).execute();
    const detail = JSON.stringify({ tickets: 3, owed: 24_000 });
    expect(acts).toEqual([{ act: 'applications.cancel', subject: party.application, detail }]);
  });
});
