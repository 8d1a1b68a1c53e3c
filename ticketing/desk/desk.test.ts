import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '../../test/authority/person.ts';
import { sellParty, setUpSession } from '../../test/box-office/box-office.ts';
import { openCardHouse, signedBy, type CardHouse } from '../../test/box-office/card-house.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms, type Answer } from '../../test/ticketing/ask-room.ts';
import { entriesToList, revokedCards } from '../bindings/entries-to-list.ts';
import { claimRoutes } from '../claims/claim-routes.ts';
import { Claims, type ClaimedTicket } from '../claims/take-claim.ts';
import type { Role } from '../http/actor.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { cardRoutes } from './card-routes.ts';
import { DeskCards } from './desk-cards.ts';
import { ticketRoutes } from './ticket-routes.ts';

let house: CardHouse;
beforeAll(async () => {
  house = await openCardHouse();
});
afterAll(() => house.close());

interface ShownTicket {
  readonly id: string;
  readonly cards: readonly {
    readonly id: string;
    readonly state: string;
    readonly endedWhy: string | null;
  }[];
}

/** A paid party of three, a desk, and what visitors are served by. */
async function scene(store: Store, wishes: Parameters<typeof sellParty>[2] = {}) {
  const session = await setUpSession(store, { quota: 3 });
  await house.keys.makeEventKey(session.eventName);
  const party = await sellParty(store, session, { tickets: 3, ...wishes });
  const clock = { now: Date.now() };
  const now = (): number => clock.now;
  const publicUrl = new URL('https://tickets.example');
  const { verifier } = house;
  const ask = askRooms(
    store,
    [
      ticketRoutes({ store, publicUrl, now }),
      cardRoutes({ store, cards: new DeskCards({ store, verifier, now }) }),
      claimRoutes({ store, claims: new Claims({ store, verifier, now }), publicUrl, now }),
    ],
    { now },
  );
  const person = newId();
  const as = (role: Role, organisation = session.organisation) => ({ person, organisation, role });
  const post = (path: string, body?: unknown, by = as('desk')): Promise<Answer> =>
    ask(`POST /api/${path}`, { as: by, body, headers: { 'idempotency-key': `desk-test-${newId()}` } });
  const get = (path: string, by = as('desk')): Promise<Answer> => ask(`GET /api/${path}`, { as: by });
  const [first = '', second = '', third = ''] = party.tickets;
  const bodyFor = async (ticket: string, holder: Person, more: object = {}): Promise<object> => {
    const { body } = await post(`tickets/${ticket}/challenges`);
    const { challenge, ticket: named, event, title, startsAt } = body as ClaimedTicket;
    const at = new Date().toISOString();
    const form = {
      format: 'kazasu/binding/v1',
      challenge,
      at,
      ticket: named,
      event,
      title,
      startsAt,
    } as const;
    const signed = signedBy(holder, form);
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    return {
      form: base64(signed.form),
      signature: base64(signed.signature),
      authenticationCertificate: base64(signed.certificate),
      ...more,
    };
  };
  const bind = async (ticket: string, holder: Person, more: object = {}): Promise<Answer> =>
    post(`tickets/${ticket}/cards`, await bodyFor(ticket, holder, more));
  const cardOf = async (ticket: string): Promise<string> =>
    ((await get(`tickets/${ticket}`)).body as ShownTicket).cards[0]?.id ?? '';
  const hashOf = async (card: string): Promise<string> =>
    (
      await store.db
        .selectFrom('bindings')
        .select('serial_hash')
        .where('id', '=', card)
        .executeTakeFirstOrThrow()
    ).serial_hash.toString('hex');
  const listed = async () => {
    const byNumber = new Map<string, number>();
    for await (const each of entriesToList(store, session.session))
      byNumber.set(each.record.ticket, each.cards.length);
    const rows = await store.db.selectFrom('tickets').select('number').orderBy('place').execute();
    const cards = rows.map(({ number }) => byNumber.get(number));
    const revoked = [];
    for await (const hash of revokedCards(store, session.session))
      revoked.push(Buffer.from(hash).toString('hex'));
    return { cards, revoked };
  };
  return {
    store,
    session,
    party,
    ask,
    as,
    post,
    get,
    bind,
    bodyFor,
    cardOf,
    hashOf,
    listed,
    clock,
    first,
    second,
    third,
  };
}

const refusal = (status: number, code: string) => ({ status, body: { code } });

describeEachDatabase('a desk', (database) => {
  it('finds tickets by session, by application and by number, and only its organisation’s', async () => {
    const { get, as, session, party, first } = await scene(await database.newStore());
    const idsOf = ({ body }: Answer): string[] =>
      (body as { items: { id: string }[] }).items.map(({ id }) => id);
    expect(idsOf(await get(`tickets?session=${session.session}`)).sort()).toEqual([...party.tickets].sort());
    expect(idsOf(await get(`tickets?application=${party.number}`))).toHaveLength(3);
    const { body } = await get(`tickets/${first}`);
    const { number } = body as { number: string };
    expect(idsOf(await get(`tickets?number=${number}`))).toEqual([first]);
    const page = await get('tickets?limit=2');
    const { next } = page.body as { next: string };
    expect([...idsOf(page), ...idsOf(await get(`tickets?limit=2&after=${next}`))]).toHaveLength(3);
    const stranger = as('owner', newId());
    expect(idsOf(await get('tickets', stranger))).toEqual([]);
    expect(await get(`tickets/${first}`, stranger)).toMatchObject(refusal(404, 'not-found'));
    expect(await get(`sessions/${session.session}/binding`, stranger)).toMatchObject(
      refusal(404, 'not-found'),
    );
  });

  it('binds a second card of one person to a ticket, a phone beside it, and no fifth', async () => {
    const { bind, first, listed, get } = await scene(await database.newStore());
    expect(await bind(first, house.newPerson())).toMatchObject({ status: 201, body: { state: 'valid' } });
    for (const medium of ['phone', 'phone', 'card']) await bind(first, house.newPerson(), { medium });
    expect((await listed()).cards).toEqual([4, 0, 0]);
    expect(await bind(first, house.newPerson())).toMatchObject(refusal(409, 'too-many-cards'));
    const { body } = await get(`tickets/${first}`);
    expect((body as { cards: { medium: string }[] }).cards.map(({ medium }) => medium).sort()).toEqual([
      'card',
      'card',
      'phone',
      'phone',
    ]);
  });

  it('shows nothing by which a card is known', async () => {
    const { bind, first, cardOf, hashOf, get } = await scene(await database.newStore());
    await bind(first, house.newPerson());
    const shown = JSON.stringify((await get(`tickets/${first}`)).body);
    expect(shown).not.toContain(await hashOf(await cardOf(first)));
    expect(shown).not.toMatch(/serial|hash|issuer/i);
  });

  it('has a lost card refused with its own word, and binds the one that replaces it to the same person', async () => {
    const { bind, post, first, cardOf, hashOf, listed, store } = await scene(await database.newStore());
    await bind(first, house.newPerson());
    const lost = await cardOf(first);
    expect(await post(`cards/${lost}/lost`)).toMatchObject({
      status: 200,
      body: { cards: [{ id: lost, state: 'revoked', endedWhy: 'lost' }] },
    });
    expect(await listed()).toEqual({ cards: [0, 0, 0], revoked: [await hashOf(lost)] });
    expect(await post(`cards/${lost}/lost`)).toMatchObject(refusal(409, 'binding-ended'));
    const before = await store.db
      .selectFrom('tickets')
      .select('visitor_id')
      .where('id', '=', first)
      .execute();
    expect(await bind(first, house.newPerson(), { samePerson: true })).toMatchObject({ status: 201 });
    expect(await listed()).toEqual({ cards: [1, 0, 0], revoked: [await hashOf(lost)] });
    expect(
      await store.db.selectFrom('tickets').select('visitor_id').where('id', '=', first).execute(),
    ).toEqual(before);
  });

  it('binds a card that was lost and found again: it is refused no more', async () => {
    const { bind, post, first, cardOf, listed } = await scene(await database.newStore());
    const person = house.newPerson();
    await bind(first, person);
    await post(`cards/${await cardOf(first)}/lost`);
    expect(await bind(first, person, { samePerson: true })).toMatchObject({ status: 201 });
    expect(await listed()).toEqual({ cards: [1, 0, 0], revoked: [] });
  });

  it('takes a card from the wrong ticket and binds it to the right one', async () => {
    const { bind, post, first, second, cardOf, listed } = await scene(await database.newStore());
    const person = house.newPerson();
    await bind(first, person);
    expect(await bind(second, person)).toMatchObject(refusal(409, 'card-opens-another'));
    await post(`cards/${await cardOf(first)}/end`, { why: 'recalled' });
    expect(await bind(second, person)).toMatchObject({ status: 201 });
    expect(await listed()).toEqual({ cards: [0, 1, 0], revoked: [] });
  });

  it('takes what was signed once, in time, for this ticket, by this desk’s challenge, with the card’s own key', async () => {
    const { bodyFor, post, first, second, clock, as } = await scene(await database.newStore());
    const person = house.newPerson();
    const body = await bodyFor(first, person);
    expect(await post(`tickets/${second}/cards`, body)).toMatchObject(refusal(409, 'challenge-over'));
    const other = { ...as('desk'), person: newId() };
    expect(await post(`tickets/${first}/cards`, body, other)).toMatchObject(refusal(409, 'challenge-over'));
    expect(await post(`tickets/${first}/cards`, body)).toMatchObject({ status: 201 });
    expect(await post(`tickets/${first}/cards`, body)).toMatchObject(refusal(409, 'challenge-over'));
    const late = await bodyFor(second, house.newPerson());
    clock.now += 11 * 60_000;
    expect(await post(`tickets/${second}/cards`, late)).toMatchObject(refusal(409, 'challenge-over'));
    const thief = house.newPerson();
    const authenticationCertificate = Buffer.from(thief.authentication.certificate).toString('base64');
    const forged = await bodyFor(second, person, { authenticationCertificate });
    expect(await post(`tickets/${second}/cards`, forged)).toMatchObject(refusal(409, 'wrong-signature'));
  });

  it('issues a claim in place of an earlier one, with more time, and recalls it', async () => {
    const { post, second, session, get } = await scene(await database.newStore());
    const issue = async (body: object = {}): Promise<Answer> => post(`tickets/${second}/claims`, body);
    const codeOf = ({ body }: Answer): string => (body as { code: string }).code;
    const first = await issue();
    const until = '2027-04-03T08:00:00.000Z';
    const again = await issue({ until });
    expect(again).toMatchObject({ status: 201, body: { until } });
    expect(await post('claims/look-up', { code: codeOf(first) })).toMatchObject(
      refusal(404, 'no-such-claim'),
    );
    expect(await post('claims/look-up', { code: codeOf(again) })).toMatchObject({ status: 200 });
    expect((await get(`sessions/${session.session}/binding`)).body).toEqual({
      valid: 3,
      unbound: 3,
      claimable: 1,
    });
    expect(await post(`tickets/${second}/claims/recall`)).toMatchObject({
      status: 200,
      body: { claimUntil: null },
    });
    expect(await post('claims/look-up', { code: codeOf(again) })).toMatchObject(
      refusal(404, 'no-such-claim'),
    );
  });

  it('ends a claim that is out when the ticket is bound at the desk', async () => {
    const { post, bind, second } = await scene(await database.newStore());
    const { body } = await post(`tickets/${second}/claims`, {});
    await bind(second, house.newPerson());
    const { code } = body as { code: string };
    expect(await post('claims/look-up', { code })).toMatchObject(refusal(404, 'no-such-claim'));
    expect(await post(`tickets/${second}/claims`, {})).toMatchObject(refusal(409, 'already-bound'));
  });

  it('gives a representative who lost the code another one, and the first serves no more', async () => {
    const { post, party, as } = await scene(await database.newStore());
    const path = `applications/${party.application}/party-codes`;
    const codes = [await post(path), await post(path)].map(({ body }) => (body as { code: string }).code);
    expect(await post('parties/look-up', { code: codes[0] })).toMatchObject(refusal(404, 'no-such-party'));
    expect(await post('parties/look-up', { code: codes[1] })).toMatchObject({
      status: 200,
      body: { application: party.number },
    });
    expect(await post(path, undefined, as('desk', newId()))).toMatchObject(refusal(404, 'not-found'));
  });

  it('writes who did what, and lets nobody act who only reads or belongs elsewhere', async () => {
    const { store, bind, post, first, cardOf, as } = await scene(await database.newStore());
    await bind(first, house.newPerson());
    const card = await cardOf(first);
    expect(await post(`cards/${card}/lost`, undefined, as('auditor'))).toMatchObject(
      refusal(403, 'wrong-role'),
    );
    const stranger = as('owner', newId());
    expect(await post(`cards/${card}/lost`, undefined, stranger)).toMatchObject(refusal(404, 'not-found'));
    expect(await post(`tickets/${first}/challenges`, undefined, stranger)).toMatchObject(
      refusal(404, 'not-found'),
    );
    expect(await post(`tickets/${first}/claims`, {}, stranger)).toMatchObject(refusal(404, 'not-found'));
    await post(`cards/${card}/lost`);
    const acts = await store.db.selectFrom('audit').select(['act', 'subject']).orderBy('act').execute();
    expect(acts).toEqual([
      { act: 'cards.bind', subject: first },
      { act: 'cards.end', subject: first },
    ]);
  });
});
