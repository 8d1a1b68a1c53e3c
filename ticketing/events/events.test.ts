import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { SaleWorld } from '../../test/box-office/sale-world.ts';
import { listEventKeys } from '../../hsm/keys/event-keys.ts';
import { openToken } from '../../hsm/token/token.ts';
import type { Store } from '../store/store.ts';
import { readCatalogue, SentCatalogue } from './catalogue.ts';
import { eventFields, readFields, sessionSettings } from './event-fields.ts';
import type { Asker } from './events.ts';

let world: SaleWorld;

beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

const settings = {
  title: { ja: '初日', en: 'First night' },
  startsAt: '2027-04-03T18:00:00+09:00',
  saleFrom: '2026-04-01T00:00:00+09:00',
  saleUntil: '2027-04-03T12:00:00+09:00',
};
const described = {
  ...settings,
  name: 'first-night',
  rules: { entry: 'never-again', zoneDoors: { arena: ['north'] } },
  categories: [
    { name: 'S', text: { ja: 'S席', en: 'S seat' }, price: 8000 },
    {
      name: 'standing',
      text: { ja: '立見', en: 'Standing' },
      price: 0,
      places: { count: 30, zone: 'arena', doors: ['north'] },
    },
  ],
  seatMap: 'label,category\nA-1,S\nA-2,S\n',
};
let count = 0;
const event = (...sessions: object[]) => {
  count += 1;
  const fields = { name: `spring-${count}`, text: { ja: '春', en: 'Spring' }, sessions };
  return readFields(eventFields, fields, 'event');
};

async function organisation(store: Store): Promise<Asker> {
  const asker = { organisation: `organisation-${(count += 1)}`, person: null };
  await store.db
    .insertInto('organisations')
    .values({ id: asker.organisation, name: 'Hall', created_at: 0 })
    .execute();
  return asker;
}

describeEachDatabase('an event', (database) => {
  it('is made whole: key, sessions, categories, seats by map and places by count', async () => {
    const store = await database.newStore();
    const asker = await organisation(store);
    const fields = event(described);
    await world.events(store).make(asker, fields);
    const token = await openToken(world.tokenOptions);
    expect(await listEventKeys(token)).toContain(fields.name);
    token.close();
    const seats = await store.db
      .selectFrom('seats')
      .select(['label', 'zone', 'doors', 'position'])
      .orderBy('label')
      .execute();
    expect(seats).toHaveLength(32);
    expect(seats.filter(({ label }) => label !== null)).toMatchObject([
      { label: 'A-1', position: 0 },
      { label: 'A-2', position: 1 },
    ]);
    expect(seats).toContainEqual({ label: null, zone: 'arena', doors: '["north"]', position: 29 });
    const acts = await store.db.selectFrom('audit').select('act').execute();
    expect(acts).toEqual([{ act: 'events.make' }]);
  });

  it('has a name that nobody else has', async () => {
    const store = await database.newStore();
    const fields = event();
    await world.events(store).make(await organisation(store), fields);
    await expect(world.events(store).make(await organisation(store), fields)).rejects.toMatchObject({
      code: 'name-taken',
    });
  });

  it.each([
    ['sale that ends before it begins', { saleUntil: '2026-03-01T00:00:00+09:00' }],
    [
      'sale after the doors are closed',
      { validUntil: '2027-04-03T18:00:00+09:00', saleUntil: '2027-04-04T00:00:00+09:00' },
    ],
    ['seat of no category', { seatMap: 'label,category\nA-1,X\n' }],
    ['zone that no seat is in', { rules: { entry: 'freely', zoneDoors: { aerna: ['north'] } } }],
    ['door that does not lead to its zone', { rules: { entry: 'freely', zoneDoors: { arena: ['east'] } } }],
    [
      'window for no category',
      {
        rules: {
          entry: 'freely',
          windows: [{ from: settings.saleFrom, until: settings.saleUntil, category: 'X' }],
        },
      },
    ],
    ['seats and a map of them', { seats: [{ label: 'A-1', category: 'S' }] }],
  ])('is refused with a %s, and nothing of it stays', async (_, changes) => {
    const store = await database.newStore();
    const asker = await organisation(store);
    await expect(world.events(store).make(asker, event({ ...described, ...changes }))).rejects.toMatchObject({
      code: 'wrong-field',
    });
    expect(await store.db.selectFrom('events').selectAll().execute()).toEqual([]);
  });

  it('goes from draft on sale, to closed and back, and never back from cancelled', async () => {
    const store = await database.newStore();
    const asker = await organisation(store);
    const events = world.events(store);
    const [id = ''] = (await events.make(asker, event(described))).sessions;
    let revision = 1;
    const become = async (state: 'on-sale' | 'closed' | 'cancelled' | 'draft') => {
      await events.setState(asker, { session: id, revision }, state);
      revision += 1;
    };
    await expect(become('closed')).rejects.toMatchObject({ code: 'wrong-state' });
    for (const state of ['on-sale', 'closed', 'on-sale', 'cancelled'] as const) await become(state);
    await expect(become('on-sale')).rejects.toMatchObject({ code: 'wrong-state' });
    expect(await store.db.selectFrom('events').select('state').execute()).toEqual([{ state: 'live' }]);
  });

  it('is not sold with nothing to sell', async () => {
    const store = await database.newStore();
    const asker = await organisation(store);
    const events = world.events(store);
    const empty = { ...described, rules: { entry: 'freely' }, categories: [], seatMap: 'label,category\n' };
    const [id = ''] = (await events.make(asker, event(empty))).sessions;
    await expect(events.setState(asker, { session: id, revision: 1 }, 'on-sale')).rejects.toMatchObject({
      code: 'not-ready',
    });
  });

  it('is changed only by who has seen what it is, and by nobody of another organisation', async () => {
    const store = await database.newStore();
    const asker = await organisation(store);
    const events = world.events(store);
    const [id = ''] = (await events.make(asker, event(described))).sessions;
    const changed = readFields(sessionSettings, { ...settings, quota: 4 }, 'session');
    await events.changeSession(asker, { session: id, revision: 1 }, changed);
    await expect(events.changeSession(asker, { session: id, revision: 1 }, changed)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    });
    await expect(
      events.changeSession(await organisation(store), { session: id, revision: 2 }, changed),
    ).rejects.toMatchObject({ code: 'not-found' });
    expect(await store.db.selectFrom('sessions').select(['quota', 'revision']).execute()).toEqual([
      { quota: 4, revision: 2 },
    ]);
  });

  it('keeps its seats and prices once tickets exist; seats that are free can be blocked', async () => {
    const store = await database.newStore();
    const sale = await world.sell(store, { seats: 4 });
    const [first] = sale.sessions;
    if (first === undefined) throw new Error('unreachable');
    const events = world.events(store);
    await events.putSeats(sale.asker, { session: first.session, revision: 2 }, [
      { label: 'B-1', category: 'S' },
      { label: 'B-2', category: 'S' },
    ]);
    await world.applications(store).take(world.submit(world.issue(), first));
    const seen = { session: first.session, revision: 3 };
    await expect(events.putSeats(sale.asker, seen, [])).rejects.toMatchObject({ code: 'has-tickets' });
    const fields = { text: { ja: 'S席', en: 'S seat' }, price: 1 };
    await expect(events.changeCategory(sale.asker, seen, first.category, fields)).rejects.toMatchObject({
      code: 'has-tickets',
    });
    const seats = await store.db.selectFrom('seats').select('id').execute();
    const ids = seats.map(({ id }) => id);
    expect(await events.setBlocked(sale.asker, seen, ids, true)).toBe(1);
    await expect(world.applications(store).take(world.submit(world.issue(), first))).rejects.toMatchObject({
      code: 'sold-out',
    });
  });

  it('is in the catalogue while it is on sale, with what is left', async () => {
    const store = await database.newStore();
    const sale = await world.sell(store, { seats: 30, quota: 6 });
    const [first] = sale.sessions;
    if (first === undefined) throw new Error('unreachable');
    const sent = new SentCatalogue(store, () => world.now);
    const before = await sent.get();
    expect(JSON.parse(before.body)).toMatchObject({
      events: [
        {
          id: sale.event,
          sessions: [{ id: first.session, mostTickets: 6, categories: [{ id: first.category, left: 30 }] }],
        },
      ],
    });
    await world.applications(store).take(world.submit(world.issue(), first, { tickets: 6 }));
    expect((await readCatalogue(store, world.now)).events[0]?.sessions[0]?.categories[0]?.left).toBe(20);
    expect(await sent.get()).toEqual(before);
    const later = await new SentCatalogue(store, () => world.now).get();
    expect(later.etag).not.toBe(before.etag);
    expect(await readCatalogue(store, world.now + 40 * 86_400_000)).toEqual({ events: [] });
  });
});
