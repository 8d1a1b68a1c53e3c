import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { SaleWorld, signedBody, type OnSale } from '../../test/box-office/sale-world.ts';
import { validityPort } from '../../test/authority/validity-port.ts';
import { ValidityError } from '../../hsm/validity/validity-error.ts';
import { openStore, type Store } from '../store/store.ts';

let world: SaleWorld;

beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

async function rowsOf(store: Store) {
  const { db } = store;
  return {
    applications: await db.selectFrom('applications').selectAll().execute(),
    tickets: await db.selectFrom('tickets').selectAll().orderBy('place').execute(),
    bindings: await db.selectFrom('bindings').selectAll().execute(),
    seats: await db.selectFrom('seats').selectAll().orderBy('position').execute(),
    slips: await db.selectFrom('slips').selectAll().execute(),
    cases: await db.selectFrom('cases').selectAll().execute(),
  };
}

async function session(store: Store, wishes: Parameters<SaleWorld['sell']>[1] = {}): Promise<OnSale> {
  const [first] = (await world.sell(store, wishes)).sessions;
  if (first === undefined) throw new Error('unreachable');
  return first;
}

describeEachDatabase('an application', (database) => {
  it('holds seats side by side, makes tickets, binds the representative’s card and gives a slip', async () => {
    const store = await database.newStore();
    const sale = await session(store);
    const person = world.issue();
    const body = world.submit(person, sale, { tickets: 3 });
    const reservation = await world.applications(store).take(body);
    expect(reservation).toMatchObject({ state: 'reserved', seats: ['A-1', 'A-2', 'A-3'], total: 24_000 });
    const { applications, tickets, bindings, seats, slips } = await rowsOf(store);
    expect(applications).toMatchObject([
      { number: reservation.application, form: Buffer.from(body.form, 'base64'), state: 'reserved' },
    ]);
    expect(tickets.map(({ place, admits, state }) => [place, admits, state])).toEqual([
      [1, 1, 'reserved'],
      [2, 1, 'reserved'],
      [3, 1, 'reserved'],
    ]);
    expect(seats.slice(0, 4).map(({ state, ticket_id }) => [state, ticket_id])).toEqual([
      ...tickets.map(({ id }) => ['held', id]),
      ['free', null],
    ]);
    expect(bindings).toMatchObject([{ ticket_id: tickets[0]?.id, state: 'active', how: 'application' }]);
    expect(slips).toMatchObject([{ amount: 24_000, number: reservation.slip?.number }]);

    const [binding] = bindings;
    const serial = await world.keys.storage.open(
      binding?.serial ?? Buffer.alloc(0),
      `bindings/${binding?.id ?? ''}/serial`,
    );
    expect(Buffer.from(serial)).toEqual(Buffer.from(person.authentication.serial));
  });

  it('leaves nothing of the signature certificate, and no raw serial, anywhere', async () => {
    const store = await database.newStore();
    const person = world.issue();
    await world.applications(store).take(world.submit(person, await session(store)));
    const all = JSON.stringify(await rowsOf(store), (_, value: unknown) =>
      value !== null && typeof value === 'object' && 'data' in value && Array.isArray(value.data)
        ? Buffer.from(value.data as number[]).toString('latin1')
        : value,
    );
    const { signature, authentication, attributes } = person;
    const latin = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');
    for (const secret of [
      latin(signature?.certificate.subarray(100, 140)),
      latin(Buffer.from(attributes.name)),
      JSON.stringify(latin(signature?.serial)).slice(1, -1),
      JSON.stringify(latin(authentication.serial)).slice(1, -1),
    ])
      expect(all).not.toContain(secret);
  });

  it('is answered the same when it comes again, also at once, and takes no second seat', async () => {
    const store = await database.newStore();
    const body = world.submit(world.issue(), await session(store), { tickets: 2 });
    const applications = world.applications(store);
    const [first, second] = await Promise.all([applications.take(body), applications.take(body)]);
    expect(second).toEqual(first);
    expect(await world.applications(store).take(body)).toEqual(first);
    expect((await rowsOf(store)).tickets).toHaveLength(2);
  });

  it('needs no slip where nothing is to be paid: the tickets are valid at once', async () => {
    const store = await database.newStore();
    const reservation = await world
      .applications(store)
      .take(world.submit(world.issue(), await session(store, { price: 0 })));
    expect(reservation).toMatchObject({ state: 'paid', total: 0 });
    expect(reservation).not.toHaveProperty('slip');
    const { tickets, seats } = await rowsOf(store);
    expect(tickets).toMatchObject([{ state: 'valid' }]);
    expect(seats[0]).toMatchObject({ state: 'sold' });
  });

  it('keeps quotas over applications, for a session and for its event', async () => {
    const store = await database.newStore();
    const { sessions } = await world.sell(store, { quota: 5, sessionQuota: 3, sessions: 2 });
    const [first, second] = sessions;
    if (first === undefined || second === undefined) throw new Error('unreachable');
    const applications = world.applications(store);
    const person = world.issue();
    const apply = (sale: OnSale, tickets: number) =>
      applications.take(world.submit(person, sale, { tickets }));
    await apply(first, 2);
    await expect(apply(first, 2)).rejects.toMatchObject({ code: 'quota-reached' });
    await apply(first, 1);
    await expect(apply(second, 3)).rejects.toMatchObject({ code: 'quota-reached' });
    await apply(second, 2);
    await applications.take(world.submit(world.issue(), second, { tickets: 3 }));
  });

  it('binds a card to one ticket of a session, and lets a second party wait for its claims', async () => {
    const store = await database.newStore();
    const sale = await session(store);
    const person = world.issue();
    const applications = world.applications(store);
    await applications.take(world.submit(person, sale));
    await applications.take(world.submit(person, sale, { tickets: 2 }));
    expect((await rowsOf(store)).bindings).toHaveLength(1);
    const opening = world.submit(person, sale, { tickets: 2, companions: 'representative-opens' });
    await expect(applications.take(opening)).rejects.toMatchObject({ code: 'card-already-bound' });
  });

  it('lets the representative’s card admit all where that is the rule', async () => {
    const store = await database.newStore();
    const sale = await session(store);
    const wishes = { tickets: 3, companions: 'representative-opens' } as const;
    await world.applications(store).take(world.submit(world.issue(), sale, wishes));
    expect((await rowsOf(store)).tickets.map(({ admits }) => admits)).toEqual([3, 1, 1]);
  });

  it('never sells a seat twice, whoever asks at once and from wherever', async () => {
    const address = await database.newAddress();
    const stores = await Promise.all([openStore(address), openStore(address)]);
    const [store] = stores;
    const sale = await session(store, { seats: 40 });
    const [one, other] = stores.map((each) => world.applications(each, { most: 7 }));
    if (one === undefined || other === undefined) throw new Error('unreachable');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, number) =>
        (number % 3 === 0 ? one : other).take(
          world.submit(world.issue(), sale, { tickets: 1 + (number % 2) }),
        ),
      ),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    for (const each of refused) expect(each).toMatchObject({ reason: { code: 'sold-out' } });
    const { tickets, seats } = await rowsOf(store);
    expect(seats.filter(({ state }) => state === 'held')).toHaveLength(tickets.length);
    expect(new Set(tickets.map(({ seat_id }) => seat_id)).size).toBe(tickets.length);
    expect(tickets).toHaveLength(40);
    for (const each of stores) await each.close();
  });

  it.each([
    ['too-old', { at: new Date(Date.now() - 8 * 86_400_000).toISOString() }],
    ['in-future', { at: new Date(Date.now() + 600_000).toISOString() }],
    ['catalogue-changed', { price: 1, total: 1 }],
    ['catalogue-changed', { total: 1 }],
    ['catalogue-changed', { categoryText: { ja: 'A席', en: 'A seat' } }],
    ['not-on-sale', { session: 'elsewhere' }],
  ])('is refused as %s', async (code, wishes) => {
    const store = await database.newStore();
    const body = world.submit(world.issue(), await session(store), wishes);
    await expect(world.applications(store).take(body)).rejects.toMatchObject({ code });
    expect((await rowsOf(store)).tickets).toEqual([]);
  });

  it('is refused where another card signed, or its certificates do not stand', async () => {
    const store = await database.newStore();
    const sale = await session(store);
    const applications = world.applications(store);
    const [one, other, stranger] = [world.issue(), world.issue(), world.issue({ unknownIssuer: true })];
    const body = world.submit(one, sale);
    const take = (changes: Partial<typeof body>) => applications.take({ ...body, ...changes });
    const { authenticationCertificate } = world.submit(other, sale);
    await expect(take({ authenticationCertificate })).rejects.toMatchObject({ code: 'other-card' });
    const { signature } = world.submit(one, sale);
    await expect(take({ signature })).rejects.toMatchObject({ code: 'wrong-signature' });
    await expect(applications.take(world.submit(stranger, sale))).rejects.toMatchObject({
      code: 'certificate-refused',
    });
    await expect(take({ authenticationCertificate: body.signatureCertificate })).rejects.toMatchObject({
      code: 'certificate-refused',
    });
    if (one.signature === undefined) throw new Error('unreachable');
    world.authority.revoke(one.signature.certificate, 'cessationOfOperation');
    await expect(take({})).rejects.toMatchObject({ code: 'certificate-revoked' });
    await expect(applications.take({ ...body, more: 1 })).rejects.toMatchObject({ code: 'malformed' });
    await expect(applications.take(signedBody(other, Buffer.from('{}')))).rejects.toMatchObject({
      code: 'malformed',
    });
    expect((await rowsOf(store)).tickets).toEqual([]);
  });

  it('becomes a case where nobody knows whether a certificate is valid, and waits where nobody answers', async () => {
    const store = await database.newStore();
    const sale = await session(store);
    const authority = validityPort(world.authority);
    const unknown = {
      ...authority,
      validity: () => Promise.resolve([{ status: 'unknown' as const, asOf: new Date() }]),
    };
    const body = world.submit(world.issue(), sale);
    const take = (asked: typeof authority) => world.applications(store, { authority: asked }).take(body);
    await expect(take(unknown)).rejects.toMatchObject({ code: 'certificate-unknown' });
    const down = { ...authority, validity: () => Promise.reject(new ValidityError('busy', 'Busy.')) };
    await expect(take(down)).rejects.toMatchObject({ code: 'authority-away' });
    const { cases, tickets } = await rowsOf(store);
    expect(cases).toMatchObject([{ kind: 'application-certificate-unknown', session_id: sale.session }]);
    expect(tickets).toEqual([]);
    await take(authority);
  });

  it('spoils no other that waits with it', async () => {
    const store = await database.newStore();
    const sale = await session(store);
    const applications = world.applications(store);
    const bad = world.submit(world.issue(), sale, { tickets: 20 });
    const good = world.submit(world.issue(), sale);
    const [first, second] = await Promise.allSettled([applications.take(bad), applications.take(good)]);
    expect(first).toMatchObject({ reason: { code: 'sold-out' } });
    expect(second).toMatchObject({ status: 'fulfilled' });
  });
});
