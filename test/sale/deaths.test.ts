import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { JobRunner } from '../../ticketing/jobs/job-runner.ts';
import { addJob, type JobKind } from '../../ticketing/jobs/job.ts';
import { lapseUnpaid, noticesTake } from '../../ticketing/payments/lapse.ts';
import { takeNotice } from '../../ticketing/payments/take-notice.ts';
import { takeBackCancelled } from '../../ticketing/refunds/take-back-cancelled.ts';
import type { Store } from '../../ticketing/store/store.ts';
import { validityPort } from '../authority/validity-port.ts';
import { SaleWorld, type OnSale } from '../box-office/sale-world.ts';
import { describeEachDatabase } from '../database/each-database.ts';
import { eachDeath, mortalAuthority, mortalKeys, mortalStore, untilDeath, type Life } from './mortal.ts';

/** As long as a job may be in the hands of an instance that died. */
const jobHeld = 300_000;
const price = 8000;

// A death each moment, and a sale for each death.
vi.setConfig({ testTimeout: 900_000 });

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

/** A session of four seats. */
async function sell(store: Store): Promise<OnSale> {
  const [sale] = (await world.sell(store, { seats: 4 })).sessions;
  if (sale === undefined) throw new Error('Nothing is on sale.');
  return sale;
}

/** A party of two that has its slip. */
async function reserve(store: Store, sale: OnSale) {
  const body = world.submit(world.issue(), sale, { tickets: 2 });
  const { slip, dueAt } = await world.applications(store).take(body);
  return { slip: slip?.number ?? '', dueAt };
}

/** How one session stands: its seats in their order, its tickets, and the applications that they are of. */
async function standing({ db }: Store, { session }: OnSale) {
  const seats = await db
    .selectFrom('seats')
    .select(['state', 'ticket_id'])
    .where('session_id', '=', session)
    .orderBy('position')
    .execute();
  const tickets = await db
    .selectFrom('tickets')
    .select(['id', 'state'])
    .where('session_id', '=', session)
    .execute();
  const applications = await db
    .selectFrom('applications')
    .select(['id', 'state'])
    .where('session_id', '=', session)
    .execute();
  return { seats, tickets, applications };
}

/** No seat without its ticket, no ticket without its seat, and no ticket of an application that is not there. */
async function requireWhole(store: Store, sale: OnSale): Promise<void> {
  const { seats, tickets } = await standing(store, sale);
  const seatOf = { reserved: 'held', valid: 'sold' } as const;
  const wanted = tickets.flatMap(({ id, state }) => (state === 'ended' ? [] : [`${seatOf[state]} ${id}`]));
  const taken = seats.flatMap(({ state, ticket_id }) =>
    state === 'free' ? [] : [`${state} ${ticket_id ?? ''}`],
  );
  expect(taken.sort()).toEqual(wanted.sort());
}

const statesOf = (seats: readonly { readonly state: string }[]): string[] => seats.map(({ state }) => state);

/** Background work: one instance dies of it, and once its hold on the job is over another one goes on. */
async function workDespite(
  life: Life,
  store: Store,
  kindOf: (store: Store) => JobKind<unknown>,
): Promise<void> {
  await store.db.deleteFrom('jobs').execute();
  const job = { kind: kindOf(store), payload: {}, runAt: world.now };
  await store.transaction((tables) => addJob<unknown>(tables, job));
  const runDue = (of: Store): Promise<number> =>
    new JobRunner({ store: of, kinds: [kindOf(of)], now: () => world.now }).runDue();
  await untilDeath(runDue(mortalStore(store, life)));
  world.now += jobHeld;
  await runDue(store);
}

describeEachDatabase('a service that dies at any moment', (database) => {
  it('while it takes applications loses no seat and sells none twice: sent again they are answered', async () => {
    const store = await database.newStore();
    const deaths = await eachDeath(async (life) => {
      const sale = await sell(store);
      const bodies = [1, 2].map(() => world.submit(world.issue(), sale, { tickets: 2 }));
      const dying = world.applications(mortalStore(store, life), {
        keys: mortalKeys(world.keys, life),
        authority: mortalAuthority(validityPort(world.authority), life),
      });
      await untilDeath(...bodies.map((body) => dying.take(body)));
      await requireWhole(store, sale);

      const next = world.applications(store);
      const reservations = await Promise.all(bodies.map((body) => next.take(body)));
      expect(reservations.flatMap(({ seats }) => seats).sort()).toEqual(['A-1', 'A-2', 'A-3', 'A-4']);
      expect((await standing(store, sale)).applications).toHaveLength(2);
      await requireWhole(store, sale);
      const late = next.take(world.submit(world.issue(), sale));
      await expect(late).rejects.toMatchObject({ code: 'sold-out' });
    });
    expect(deaths).toBeGreaterThan(40);
  });

  it('while it takes a payment applies it once, when its notice comes again', async () => {
    const store = await database.newStore();
    let number = 0;
    const deaths = await eachDeath(async (life) => {
      const sale = await sell(store);
      const { slip } = await reserve(store, sale);
      const notice = {
        id: `payment-${(number += 1)}`,
        slip,
        amount: 2 * price,
        paidAt: new Date(world.now).toISOString(),
      };
      await untilDeath(takeNotice(mortalStore(store, life), notice, world.now));
      await requireWhole(store, sale);

      expect(await takeNotice(store, notice, world.now)).toBe('applied');
      expect(await takeNotice(store, { ...notice, id: `${notice.id}-more` }, world.now)).toBe('paid-twice');
      const { seats, applications } = await standing(store, sale);
      expect(statesOf(seats)).toEqual(['sold', 'sold', 'free', 'free']);
      expect(applications).toMatchObject([{ state: 'paid' }]);
      await requireWhole(store, sale);
      const changed = await store.db
        .selectFrom('list_changes')
        .select('ticket_id')
        .where('session_id', '=', sale.session)
        .execute();
      expect(changed).toHaveLength(2);
    });
    expect(deaths).toBeGreaterThan(15);
  });

  it('while it lapses what was not paid frees each seat, once another instance goes on', async () => {
    const store = await database.newStore();
    const began = world.now;
    const deaths = await eachDeath(async (life) => {
      world.now = began;
      const sale = await sell(store);
      await reserve(store, sale);
      const { dueAt } = await reserve(store, sale);
      world.now = dueAt + noticesTake + 1;
      await workDespite(life, store, (of) => lapseUnpaid({ store: of, now: () => world.now }));
      await requireWhole(store, sale);
      const { seats, tickets, applications } = await standing(store, sale);
      expect(statesOf(seats)).toEqual(['free', 'free', 'free', 'free']);
      expect(statesOf(tickets)).toEqual(['ended', 'ended', 'ended', 'ended']);
      expect(statesOf(applications)).toEqual(['lapsed', 'lapsed']);
    });
    world.now = began;
    expect(deaths).toBeGreaterThan(30);
  });

  it('while it takes back a cancelled session’s tickets owes each one’s price once', async () => {
    const store = await database.newStore();
    const began = world.now;
    const deaths = await eachDeath(async (life) => {
      world.now = began;
      const sale = await sell(store);
      const { slip } = await reserve(store, sale);
      await reserve(store, sale);
      const paidAt = new Date(world.now).toISOString();
      await takeNotice(store, { id: slip, slip, amount: 2 * price, paidAt }, world.now);
      await store.db
        .updateTable('sessions')
        .set({ state: 'cancelled' })
        .where('id', '=', sale.session)
        .execute();
      await workDespite(life, store, (of) => takeBackCancelled({ store: of, now: () => world.now }));
      await requireWhole(store, sale);
      const { seats, applications } = await standing(store, sale);
      expect(statesOf(seats)).toEqual(['free', 'free', 'free', 'free']);
      expect(statesOf(applications).sort()).toEqual(['cancelled', 'refunded']);
      const owed = await store.db
        .selectFrom('refunds')
        .select('amount')
        .where('session_id', '=', sale.session)
        .execute();
      expect(owed).toEqual([{ amount: price }, { amount: price }]);
    });
    world.now = began;
    expect(deaths).toBeGreaterThan(30);
  });
});
