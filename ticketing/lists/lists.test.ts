import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bindHash, sellParty } from '../../test/box-office/box-office.ts';
import { openCardHouse, type CardHouse } from '../../test/box-office/card-house.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { group } from '../../test/lists/enrol-in-store.ts';
import { ListScene } from '../../test/lists/list-scene.ts';
import { Seeded } from '../../test/session/seeded.ts';
import type { EntryList } from '../entry-list/entry-list.ts';
import { wrappedKeyFor } from '../entry-list/open-pack.ts';
import type { Store } from '../store/store.ts';
import { sweepChunks } from './kept-versions.ts';
import { makeVersion } from './make-version.ts';

const hour = 3_600_000;
let house: CardHouse;
beforeAll(async () => {
  house = await openCardHouse();
});
afterAll(async () => {
  await house.close();
});
const open = (store: Store, seats?: number): Promise<ListScene> => ListScene.open(store, house, seats);

/** What a gate would say to each of these cards and ticket numbers. */
async function saidBy(
  list: EntryList,
  { session }: ListScene,
  cards: readonly Uint8Array[],
  numbers: readonly string[],
): Promise<unknown> {
  const eventKey = await house.keys.eventKey(session.eventName);
  const byNumber = [];
  for (const number of numbers) {
    const found = list.findTicket(await eventKey.ticketHash(number));
    // Of a number that opens nothing, a list that once had its card still knows that the card was revoked.
    byNumber.push(typeof found === 'object' ? found.record : 'nothing');
  }
  return { count: list.count, byCard: cards.map((card) => list.find(card)), byNumber };
}

/** Binds a card, takes one from its ticket, or ends a ticket: as chance has it. */
async function somethingHappens(
  scene: ListScene,
  random: Seeded,
  tickets: readonly string[],
  cards: readonly Buffer[],
): Promise<void> {
  const { db } = scene.store;
  const [ticket, card] = [random.one(tickets), random.one(cards)];
  const taken = await db
    .updateTable('bindings')
    .set({ state: random.happens(50) ? 'ended' : 'revoked' })
    .where('serial_hash', '=', card)
    .where('state', '=', 'active')
    .returning('ticket_id')
    .execute();
  await scene.changed(...taken.map(({ ticket_id }) => ticket_id));
  const row = await db.selectFrom('tickets').select('state').where('id', '=', ticket).executeTakeFirst();
  if (taken.length > 0 || row?.state !== 'valid') return;
  if (random.happens(80)) {
    await bindHash(scene.store, scene.session, ticket, card);
  } else {
    const bound = db.updateTable('bindings').set({ state: 'ended' }).where('ticket_id', '=', ticket);
    await bound.where('state', '=', 'active').execute();
    await db.updateTable('tickets').set({ state: 'ended' }).where('id', '=', ticket).execute();
  }
  await scene.changed(ticket);
}

describeEachDatabase('the entry list of a session', (database) => {
  it('is a pack with every ticket that the gates of the group can open, and a delta of what changed since', async () => {
    const store = await database.newStore();
    const scene = await open(store);
    const { session } = scene;
    const { transportKey } = await scene.addGate('south');
    const { tickets } = await sellParty(store, session, { tickets: 3 });
    const [first = '', second = ''] = tickets;
    const bound = await bindHash(store, session, first);
    const pack = await scene.pack(await scene.make());
    expect(wrappedKeyFor(pack, transportKey).length).toBeGreaterThan(0);
    expect(pack.contents.texts.session).toEqual({ ja: '初日', en: 'First night' });
    expect([pack.list.count, pack.list.find(bound.serialHash)]).toMatchObject([3, { seat: 'A-1' }]);

    const late = await bindHash(store, session, second);
    await store.db
      .updateTable('bindings')
      .set({ state: 'revoked' })
      .where('id', '=', bound.binding)
      .execute();
    await scene.changed(first, second);
    const delta = await scene.make('delta');
    expect(pack.list.apply(await scene.file(delta))).toMatchObject({ applied: true });
    expect([pack.list.count, pack.list.find(bound.serialHash)]).toEqual([3, 'revoked']);
    expect(pack.list.find(late.serialHash)).toMatchObject({ seat: 'A-2' });
    // Nothing has changed since: there is no newer version, and none is made.
    expect(await scene.make()).toBe(delta);
    expect((await scene.versions()).map(({ kind, base }) => [kind, base])).toEqual([
      ['full', null],
      ['delta', pack.manifest.version],
    ]);
    expect(await store.db.selectFrom('list_changes').selectAll().execute()).toEqual([]);
  });

  it('says the same by any chain of deltas as a pack made at its end', async () => {
    const store = await database.newStore();
    const scene = await open(store, 12);
    const tickets: string[] = [];
    for (const companions of ['own-cards', 'enter-together', 'representative-opens'] as const) {
      tickets.push(...(await sellParty(store, scene.session, { tickets: 4, companions })).tickets);
    }
    const numbers = await store.db.selectFrom('tickets').select('number').execute();
    const cards = Array.from({ length: 8 }, () => randomBytes(32));
    const random = new Seeded(20270403);
    const { list } = await scene.pack(await scene.make());
    for (let round = 0; round < 12; round += 1) {
      const changes = 1 + random.below(4);
      for (let n = 0; n < changes; n += 1) await somethingHappens(scene, random, tickets, cards);
      const { version } = list;
      const delta = await scene.make('delta');
      const [newest] = (await scene.versions()).toReversed();
      if (newest?.version !== version) list.apply(await scene.file(delta));
    }
    expect((await scene.versions()).length).toBeGreaterThan(8);
    const whole = await scene.pack(await scene.make('full'));
    const all = numbers.map(({ number }) => number);
    expect(await saidBy(list, scene, cards, all)).toEqual(await saidBy(whole.list, scene, cards, all));
  });

  it('is a whole pack again where gates, rules or roots are others, and no delta then', async () => {
    const store = await database.newStore();
    const scene = await open(store);
    const { session } = scene;
    await expect(scene.make('delta')).rejects.toMatchObject({ code: 'no-base' });
    await sellParty(store, session);
    await scene.make();
    const { id: south } = await scene.addGate('south');
    await expect(scene.make('delta')).rejects.toMatchObject({ code: 'no-base' });
    const second = await scene.pack(await scene.make());
    expect(second.contents.wrappedKeys).toHaveLength(2);
    await store.db.updateTable('gates').set({ state: 'revoked' }).where('id', '=', south).execute();
    const third = await scene.pack(await scene.make());
    expect(third.contents.wrappedKeys).toHaveLength(1);
    await store.db.updateTable('sessions').set({ rules: '{"entry":"freely"}' }).execute();
    expect((await scene.pack(await scene.make())).contents.rules).toEqual({ entry: 'freely' });
    expect((await scene.versions()).map(({ kind }) => kind)).toEqual(['full', 'full', 'full', 'full']);
  });

  it('is one chain, however many export at once', async () => {
    const store = await database.newStore();
    const scene = await open(store);
    const { session } = scene;
    const { tickets } = await sellParty(store, session, { tickets: 4 });
    await scene.make();
    const done = await Promise.allSettled(
      tickets.map(async (ticket) => {
        await bindHash(store, session, ticket);
        await scene.changed(ticket);
        await scene.make('delta');
      }),
    );
    expect(done.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    await scene.make();
    const [pack, ...deltas] = await scene.versions();
    const { list } = await scene.pack(pack?.id ?? '');
    for (const delta of deltas) list.apply(await scene.file(delta.id));
    const eventKey = await house.keys.eventKey(session.eventName);
    const hash = async ({ number }: { number: string }): Promise<Uint8Array> => eventKey.ticketHash(number);
    const bound = await store.db.selectFrom('bindings').select('serial_hash').execute();
    expect(bound.map(({ serial_hash }) => typeof list.find(serial_hash))).toEqual(
      tickets.map(() => 'object'),
    );
    const numbers = await store.db.selectFrom('tickets').select('number').execute();
    for (const each of numbers) expect(list.find(await hash(each))).toBeUndefined();
  });

  it('is not there at all where its making ends on the way, and then no piece of it stays', async () => {
    const store = await database.newStore();
    const scene = await open(store);
    const { session, maker } = scene;
    await sellParty(store, session, { tickets: 3 });
    const wanted = { session: session.session, gateGroup: group, kind: 'full', person: null } as const;
    const broken = makeVersion(maker, wanted, { alongside: () => Promise.reject(new Error('cut off')) });
    await expect(broken).rejects.toThrow('cut off');
    expect(await scene.versions()).toEqual([]);
    const pieces = () => store.db.selectFrom('list_chunks').select('list_id').execute();
    expect(await pieces()).toHaveLength(1);
    const list = await scene.make();
    await sweepChunks(store, scene.now);
    expect(await pieces()).toHaveLength(2);
    await sweepChunks(store, scene.now + 25 * hour);
    expect(await pieces()).toEqual([{ list_id: list }]);
  });
});
