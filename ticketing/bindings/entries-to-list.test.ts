import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bindHash, sellParty, setUpSession, type SetUpSession } from '../../test/box-office/box-office.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { openStore, type Store } from '../store/store.ts';
import {
  changesToList,
  entriesToList,
  revokedCards,
  type ListChange,
  type ListedTicket,
} from './entries-to-list.ts';
import { cutChanges, forgetChanges, hasChanges, markChanged } from './list-changes.ts';

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function recordsOf(store: Store, { session }: SetUpSession): Promise<ListedTicket['record'][]> {
  return (await all(entriesToList(store, session))).map(({ record }) => record);
}

async function numbersOf(store: Store, tickets: readonly string[]): Promise<string[]> {
  const rows = await store.db
    .selectFrom('tickets')
    .select(['id', 'number'])
    .where('id', 'in', tickets)
    .execute();
  return tickets.flatMap((ticket) => rows.find(({ id }) => id === ticket)?.number ?? []);
}

async function endBinding(store: Store, binding: string, state: 'ended' | 'revoked'): Promise<void> {
  await store.transaction(async (tables) => {
    await tables.updateTable('bindings').set({ state }).where('id', '=', binding).execute();
  });
}

describeEachDatabase('what a list says of a session', (database) => {
  it('is each valid ticket, bound or not, however long the pages', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const { tickets } = await sellParty(store, session, { tickets: 3 });
    await sellParty(store, session, { state: 'reserved' });
    const [first = '', second = ''] = tickets;
    const { serialHash } = await bindHash(store, session, first);
    await bindHash(store, session, second);
    await bindHash(store, session, second);
    const whole = await all(entriesToList(store, session.session));
    const [numberOfFirst] = await numbersOf(store, tickets);
    expect(whole.find(({ record }) => record.ticket === numberOfFirst)).toEqual({
      record: { ticket: numberOfFirst, seat: 'A-1', zone: 'A', category: 'S' },
      cards: [{ serialHash, boundAt: new Date(0) }],
    });
    expect(whole.map(({ cards }) => cards.length).sort()).toEqual([0, 1, 2]);
    for (const page of [1, 2, 3]) {
      expect(await all(entriesToList(store, session.session, { page }))).toEqual(whole);
    }
  });

  it('is nothing of another session', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const other = await setUpSession(store, { of: session });
    await sellParty(store, other);
    expect(await recordsOf(store, session)).toEqual([]);
    expect(await recordsOf(store, other)).toHaveLength(1);
  });

  it('puts those who enter together into one party behind their representative', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const party = await sellParty(store, session, { tickets: 3, companions: 'enter-together' });
    const [first] = await numbersOf(store, party.tickets);
    const records = await recordsOf(store, session);
    for (const record of records) {
      const role = record.ticket === first ? 'representative' : 'companion';
      expect(record.party).toEqual({ id: party.number, size: 3, role });
    }
  });

  it('lists one ticket that admits all where the representative’s card opens for them', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const flags = [[], ['needs-assistance'], []];
    const { tickets } = await sellParty(store, session, {
      tickets: 3,
      companions: 'representative-opens',
      flags,
    });
    const [first] = await numbersOf(store, tickets);
    expect(await recordsOf(store, session)).toEqual([
      {
        ticket: first,
        seat: 'A-1, A-2, A-3',
        zone: 'A',
        category: 'S',
        admits: 3,
        flags: ['needs-assistance'],
      },
    ]);
  });

  it('has those with cards of their own wait for nobody, but a child for any adult of its party', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    await sellParty(store, session, { tickets: 2 });
    const family = await sellParty(store, session, { tickets: 3, flags: [[], [], ['needs-adult']] });
    const numbers = await numbersOf(store, family.tickets);
    const records = await recordsOf(store, session);
    const roles = numbers.map(
      (number) => records.find(({ ticket }) => ticket === number)?.party?.role ?? 'none',
    );
    expect(roles).toEqual(['representative', 'representative', 'companion']);
    expect(records.filter(({ party }) => party === undefined)).toHaveLength(2);
  });

  it('names a revoked card until it opens something again', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const { tickets } = await sellParty(store, session, { tickets: 3 });
    const cards = [];
    for (const ticket of tickets) cards.push(await bindHash(store, session, ticket));
    const [lost, found, replaced] = cards;
    if (lost === undefined || found === undefined || replaced === undefined) throw new Error('unreachable');
    await endBinding(store, lost.binding, 'revoked');
    await endBinding(store, found.binding, 'revoked');
    await endBinding(store, replaced.binding, 'ended');
    await bindHash(store, session, tickets[1] ?? '', found.serialHash);
    for (const page of [1, 1000]) {
      expect(await all(revokedCards(store, session.session, { page }))).toEqual([lost.serialHash]);
    }
  });
});

describeEachDatabase('what a delta says of a session', (database) => {
  const changesSince = async (store: Store, session: string, after: number): Promise<ListChange[]> => {
    const upTo = await store.transaction((tables) => cutChanges(tables, session));
    return all(changesToList(store, session, { after, upTo }));
  };
  const mark = (store: Store, { session }: SetUpSession, ...tickets: string[]): Promise<void> =>
    store.transaction((tables) =>
      markChanged(
        tables,
        tickets.map((ticket) => ({ session, ticket })),
        0,
      ),
    );

  it('is nothing while nothing changed', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    await sellParty(store, session);
    expect(await hasChanges(store, session.session)).toBe(false);
    expect(await changesSince(store, session.session, 0)).toEqual([]);
  });

  it('is what each changed ticket is now, and the cards that it lost', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const { tickets } = await sellParty(store, session);
    await sellParty(store, session);
    const [ticket = ''] = tickets;
    const [lost, replaced, kept] = [
      await bindHash(store, session, ticket),
      await bindHash(store, session, ticket),
      await bindHash(store, session, ticket),
    ];
    await endBinding(store, lost.binding, 'revoked');
    await endBinding(store, replaced.binding, 'ended');
    await mark(store, session, ticket);
    await mark(store, session, ticket);
    expect(await hasChanges(store, session.session)).toBe(true);
    const [change, ...more] = await changesSince(store, session.session, 0);
    expect(more).toEqual([]);
    expect(change).toMatchObject({
      listed: { cards: [{ serialHash: kept.serialHash }] },
      withdrawn: [replaced.serialHash],
      revoked: [lost.serialHash],
    });
  });

  it('is that a ticket is gone', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const { tickets } = await sellParty(store, session);
    await store.transaction(async (tables) => {
      await tables.updateTable('tickets').set({ state: 'ended' }).execute();
    });
    await mark(store, session, ...tickets);
    const changes = await changesSince(store, session.session, 0);
    expect(changes).toEqual([{ number: (await numbersOf(store, tickets))[0], withdrawn: [], revoked: [] }]);
  });

  it('has the rest of a party with it, whose size changed', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const { tickets } = await sellParty(store, session, { tickets: 3, companions: 'enter-together' });
    await store.transaction(async (tables) => {
      await tables
        .updateTable('tickets')
        .set({ state: 'ended' })
        .where('id', '=', tickets[2] ?? '')
        .execute();
    });
    await mark(store, session, tickets[2] ?? '');
    const changes = await changesSince(store, session.session, 0);
    const sizes = changes.map(({ listed }) => listed?.record.party?.size ?? 0);
    expect(sizes.toSorted()).toEqual([0, 2, 2]);
  });

  it('is told once to each group, whenever it asks, until it is forgotten', async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    const { tickets } = await sellParty(store, session, { tickets: 2 });
    await mark(store, session, ...tickets);
    const cut = await store.transaction((tables) => cutChanges(tables, session.session));
    expect(await all(changesToList(store, session.session, { after: 0, upTo: cut }))).toHaveLength(2);
    expect(await changesSince(store, session.session, cut)).toEqual([]);
    expect(await changesSince(store, session.session, cut - 1)).toHaveLength(2);
    await store.transaction((tables) => forgetChanges(tables, session.session, cut));
    expect(await changesSince(store, session.session, 0)).toEqual([]);
  });

  it('misses no change, however cuts and changes run across each other', async () => {
    const address = await database.newAddress();
    const [store, other] = [await openStore(address), await openStore(address)];
    const session = await setUpSession(store, { seats: 6 });
    const { tickets } = await sellParty(store, session, { tickets: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }), async (places) => {
        const from = await store.transaction((tables) => cutChanges(tables, session.session));
        // Each change moves the ticket on, and each listing afterwards must come to the last move.
        const moves = places.map((place) =>
          other.transaction(async (tables) => {
            await tables
              .updateTable('tickets')
              .set(({ eb }) => ({ admits: eb('admits', '+', 1) }))
              .where('id', '=', tickets[place] ?? '')
              .execute();
            await markChanged(tables, [{ session: session.session, ticket: tickets[place] ?? '' }]);
          }),
        );
        const seen = new Map<string, number | undefined>();
        const listen = async (after: number): Promise<number> => {
          const upTo = await store.transaction((tables) => cutChanges(tables, session.session));
          for (const { number, listed } of await all(
            changesToList(store, session.session, { after, upTo }),
          )) {
            seen.set(number, listed?.record.admits);
          }
          return upTo;
        };
        let heard = await listen(from);
        heard = await listen(heard);
        await Promise.all(moves);
        await listen(heard);
        const rows = await store.db.selectFrom('tickets').select(['id', 'number', 'admits']).execute();
        for (const place of places) {
          const row = rows.find(({ id }) => id === tickets[place]);
          expect(seen.get(row?.number ?? '')).toBe(row?.admits);
        }
      }),
      { numRuns: 15 },
    );
    await store.close();
    await other.close();
  });
});
