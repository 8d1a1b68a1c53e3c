import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SaleWorld, type EventWishes } from '../../test/box-office/sale-world.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms, type Answer } from '../../test/ticketing/ask-room.ts';
import { changesToList } from '../bindings/entries-to-list.ts';
import { cutChanges } from '../bindings/list-changes.ts';
import { issuePartyCode } from '../claims/party.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { lapseUnpaid, noticesTake } from '../payments/lapse.ts';
import { takeNotice } from '../payments/take-notice.ts';
import { matchOffers } from './match-offers.ts';
import { resaleRoutes } from './resale-routes.ts';
import { WaitingList } from './waiting-list.ts';

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

const day = 86_400_000;

/** A session that is sold out, sold to some who paid; and what sells it again. */
async function scene(store: Store, wishes: EventWishes = {}) {
  const clock = { now: world.now };
  const now = (): number => clock.now;
  const { asker, sessions } = await world.sell(store, { seats: 2, ...wishes });
  const [sale] = sessions;
  if (sale === undefined) throw new Error('unreachable');
  const applications = world.applications(store, { now });
  const list = new WaitingList({ store, applications, now });
  const ask = askRooms(store, [resaleRoutes({ store, list, publicUrl: new URL('https://t.example'), now })], {
    now,
  });
  let notices = 0;
  const pay = async (slip = '', amount = 8000): Promise<string> => {
    notices += 1;
    const paidAt = new Date(now()).toISOString();
    return takeNotice(store, { id: `n-${notices}`, slip, amount, paidAt }, now());
  };
  /** Somebody with a paid ticket, and the code to look after it. */
  const sell = async () => {
    const { application, slip } = await applications.take(world.submit(world.issue(), sale));
    if (slip !== undefined) await pay(slip.number);
    const { id, ticket } = await store.db
      .selectFrom('applications')
      .innerJoin('tickets', 'tickets.application_id', 'applications.id')
      .select(['applications.id', 'tickets.id as ticket'])
      .where('applications.number', '=', application)
      .executeTakeFirstOrThrow();
    const code = await store.transaction((tables) => issuePartyCode(tables, id, now()));
    return { application: id, ticket, code };
  };
  const wait = async () => {
    // Of those who come at one moment none is the first.
    clock.now += 1;
    const body = world.submit(world.issue(), sale, { at: new Date(now()).toISOString() });
    return { body, ...(await list.join(body)) };
  };
  const match = () => matchOffers({ store, now }).run(undefined);
  const lapse = () => lapseUnpaid({ store, now }).run(undefined);
  const offer = ({ code, ticket }: { code: string; ticket: string }, wish = 'offer'): Promise<Answer> =>
    ask('POST /api/parties/resale', { body: { code, ticket, wish } });
  const post = (what: string, code: string): Promise<Answer> =>
    ask(`POST /api/waiting-list/${what}`, { body: { code } });
  return { store, asker, sale, clock, now, list, ask, pay, sell, wait, match, lapse, offer, post };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Each seat has one holder at most, each ticket was paid back at most once, and no money is nobody's. */
async function expectSound({ store }: Pick<Scene, 'store'>, paidIn: number): Promise<void> {
  const tickets = await store.db.selectFrom('tickets').selectAll().execute();
  const seats = await store.db.selectFrom('seats').selectAll().execute();
  for (const seat of seats) {
    const holders = tickets.filter(({ seat_id, state }) => seat_id === seat.id && state === 'valid');
    expect(holders.length).toBeLessThanOrEqual(1);
    if (holders[0] !== undefined) expect([seat.state, seat.ticket_id]).toEqual(['sold', holders[0].id]);
    else expect(seat.state).not.toBe('sold');
  }
  const active = await store.db
    .selectFrom('bindings')
    .select('ticket_id')
    .where('state', '=', 'active')
    .execute();
  const live = new Set(tickets.filter(({ state }) => state !== 'ended').map(({ id }) => id));
  for (const { ticket_id } of active) expect(live).toContain(ticket_id);
  const refunds = await store.db.selectFrom('refunds').select(['ticket_id', 'amount']).execute();
  expect(new Set(refunds.map(({ ticket_id }) => ticket_id)).size).toBe(refunds.length);
  const owed = refunds.reduce((sum, { amount }) => sum + amount, 0);
  const valid = tickets.filter(({ state }) => state === 'valid').length;
  expect(paidIn - owed).toBe(8000 * valid);
}

const refusal = (status: number, code: string) => ({ status, body: { code } });

describeEachDatabase('a resale', (database) => {
  it('brings a ticket to the first who waits: paid, rebound, the old card gone with the next delta, the seller owed', async () => {
    const at = await scene(await database.newStore());
    const { store, sale, pay, sell, wait, match, offer, post } = at;
    const [seller] = [await sell(), await sell()];
    const [first, second] = [await wait(), await wait()];
    expect(await offer(seller)).toMatchObject({ status: 200, body: { onOffer: true } });
    expect(await offer(seller)).toMatchObject(refusal(409, 'already-offered'));
    await match();
    expect(await post('look-up', second.code)).toMatchObject({ body: { state: 'waiting' } });
    expect(await post('accept', second.code)).toMatchObject(refusal(409, 'nothing-offered'));
    expect(await post('look-up', first.code)).toMatchObject({ body: { state: 'offered' } });
    const before = await store.transaction((tables) => cutChanges(tables, sale.session));
    const accepted = await post('accept', first.code);
    expect(accepted).toMatchObject({ status: 201, body: { state: 'reserved', total: 8000 } });
    expect(await offer(seller, 'withdraw')).toMatchObject(refusal(409, 'not-withdrawable'));
    await expectSound(at, 16_000);
    const { number } = (accepted.body as { slip: { number: string } }).slip;
    expect([await pay(number), await pay(number)]).toEqual(['applied', 'paid-twice']);
    await expectSound(at, 24_000);
    const old = await store.db
      .selectFrom('bindings')
      .selectAll()
      .where('ticket_id', '=', seller.ticket)
      .execute();
    expect(old).toMatchObject([{ state: 'ended', ended_why: 'ticket-ended' }]);
    const upTo = await store.transaction((tables) => cutChanges(tables, sale.session));
    const [gone, come] = [[] as string[], [] as number[]];
    for await (const change of changesToList(store, sale.session, { after: before, upTo })) {
      if (change.listed === undefined)
        gone.push(...change.withdrawn.map((hash) => Buffer.from(hash).toString('hex')));
      else come.push(change.listed.cards.length);
    }
    expect({ gone, come }).toEqual({ gone: [old[0]?.serial_hash.toString('hex')], come: [1] });
    const [refund] = await store.db.selectFrom('refunds').selectAll().execute();
    expect(refund).toMatchObject({
      application_id: seller.application,
      amount: 8000,
      why: 'resold',
      state: 'owed',
    });
  });

  it('goes to the next where the first does not accept, or not pay, in time', async () => {
    const at = await scene(await database.newStore(), { seats: 1 });
    const { clock, sell, wait, match, lapse, offer, post, pay } = at;
    const seller = await sell();
    const [idle, poor, third] = [await wait(), await wait(), await wait()];
    await offer(seller);
    await match();
    clock.now += day + 1;
    await match();
    expect(await post('accept', idle.code)).toMatchObject(refusal(404, 'no-such-place'));
    expect(await post('accept', poor.code)).toMatchObject({ status: 201 });
    clock.now += 5 * day + noticesTake;
    await lapse();
    await expectSound(at, 8000);
    await match();
    const accepted = await post('accept', third.code);
    const { number } = (accepted.body as { slip: { number: string } }).slip;
    expect(await pay(number)).toBe('applied');
    await expectSound(at, 16_000);
  });

  it('is for own tickets, before gates admit, and for one ticket with one card', async () => {
    const at = await scene(await database.newStore(), { seats: 3, sessionQuota: 1 });
    const { store, asker, sale, clock, list, ask, sell, wait, offer } = at;
    const seller = await sell();
    const other = await sell();
    expect(await offer({ ...seller, ticket: other.ticket })).toMatchObject(refusal(404, 'no-such-ticket'));
    const two = world.submit(world.issue(), sale, { tickets: 2 });
    await expect(list.join(two)).rejects.toMatchObject({ code: 'one-ticket' });
    const { body, code, application } = await wait();
    const again = await list.join(body);
    expect(again.application).toBe(application);
    await expect(list.lookUp(code)).rejects.toMatchObject({ code: 'no-such-place' });
    expect(await list.lookUp(again.code)).toEqual({ application, state: 'waiting' });
    const desk = { person: newId(), organisation: asker.organisation, role: 'desk' as const };
    const atDesk = (as = desk): Promise<Answer> =>
      ask(`POST /api/tickets/${other.ticket}/resale`, { as, body: { wish: 'offer' } });
    expect(await atDesk({ ...desk, organisation: newId() })).toMatchObject(refusal(404, 'not-found'));
    expect(await atDesk()).toMatchObject({ status: 200 });
    await store.db.updateTable('tickets').set({ visitor_id: null }).where('id', '=', seller.ticket).execute();
    expect(await offer(seller)).toMatchObject(refusal(409, 'not-resellable'));
    clock.now += 60 * day;
    expect(await offer(other, 'withdraw')).toMatchObject({ status: 200 });
    expect(await offer(other)).toMatchObject(refusal(410, 'too-late'));
  });

  it('has never two holders of a seat, and no ticket paid back twice, whatever is done in whatever order', async () => {
    const acts = [
      'offer',
      'withdraw',
      'wait',
      'match',
      'accept',
      'leave',
      'pay',
      'payAgain',
      'lapse',
      'day',
    ] as const;
    const history = fc.array(fc.record({ act: fc.constantFrom(...acts), who: fc.nat({ max: 3 }) }), {
      minLength: 8,
      maxLength: 30,
    });
    const store = await database.newStore();
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        for (const table of ['refunds', 'waiting', 'resale_offers', 'party_codes', 'list_changes'] as const)
          await store.db.deleteFrom(table).execute();
        await forgetSales(store);
        const at = await scene(store);
        const sellers = [await at.sell(), await at.sell()];
        const waiting: string[] = [];
        const slips: string[] = [];
        let paidIn = 16_000;
        for (const { act, who } of steps) {
          const code = waiting[who % Math.max(1, waiting.length)];
          const seller = sellers[who % 2] ?? { code: '', ticket: '' };
          if (act === 'offer' || act === 'withdraw') await at.offer(seller, act);
          else if (act === 'wait' && waiting.length < 4) waiting.push((await at.wait()).code);
          else if (act === 'match') await at.match();
          else if (act === 'leave' && code !== undefined) await at.list.leave(code).catch(expectRefusal);
          else if (act === 'lapse') await at.lapse();
          else if (act === 'day' && at.clock.now < world.now + 26 * day) at.clock.now += 2 * day;
          else if (act === 'accept' && code !== undefined) {
            const accepted = await at.list.accept(code).catch(expectRefusal);
            if (accepted?.slip !== undefined) slips.push(accepted.slip.number);
          } else if (act === 'pay' || act === 'payAgain') {
            const slip = slips[who % Math.max(1, slips.length)];
            if (slip !== undefined && (await at.pay(slip)) === 'applied') paidIn += 8000;
          }
          await expectSound(at, paidIn);
        }
      }),
      { numRuns: database.kind === 'sqlite' ? 25 : 8 },
    );
  });
});

/** What was sold in the history before is not this one's. */
async function forgetSales({ db }: Store): Promise<void> {
  await db.updateTable('seats').set({ ticket_id: null, state: 'free' }).execute();
  for (const table of ['bindings', 'tickets', 'payments', 'slips', 'applications'] as const)
    await db.deleteFrom(table).execute();
}

function expectRefusal(error: unknown): undefined {
  expect(error).toMatchObject({ name: 'ResaleError' });
  return undefined;
}
