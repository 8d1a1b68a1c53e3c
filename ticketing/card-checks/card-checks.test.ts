import { afterAll, beforeAll, expect, it } from 'vitest';
import { ValidityError } from '../../hsm/validity/validity-error.ts';
import type { ValidityAuthority } from '../../hsm/validity/validity-authority.ts';
import type { Person } from '../../test/authority/person.ts';
import { openingNight, sellParty, setUpSession } from '../../test/box-office/box-office.ts';
import { openCardHouse, signedBy, type CardHouse } from '../../test/box-office/card-house.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms } from '../../test/ticketing/ask-room.ts';
import { bindCard } from '../bindings/bind-card.ts';
import { entriesToList, revokedCards } from '../bindings/entries-to-list.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { CardChecks } from './card-checks.ts';
import { checkJob } from './check-job.ts';
import { checkRoutes } from './check-routes.ts';

let house: CardHouse;
beforeAll(async () => {
  house = await openCardHouse();
});
afterAll(() => house.close());

const day = 86_400_000;

async function scene(store: Store, tickets = 2) {
  const session = await setUpSession(store);
  await house.keys.makeEventKey(session.eventName);
  const party = await sellParty(store, session, { tickets });
  const clock = { now: Date.now() };
  const now = (): number => clock.now;
  const checksBy = (authority: ValidityAuthority): CardChecks =>
    new CardChecks({ store, keys: house.keys, authority, now });
  const checks = checksBy(house.asked);
  const bind = async (ticket: string, person: Person, samePerson = false): Promise<string> => {
    const shown = { ja: '公演', en: 'Show' };
    const at = new Date().toISOString();
    const signed = signedBy(person, {
      format: 'kazasu/binding/v1',
      challenge: '00'.repeat(32),
      at,
      ticket,
      event: shown,
      title: shown,
      startsAt: at,
    });
    const card = await house.verifier.verify(session.eventName, signed);
    await store.transaction((tables) =>
      bindCard(tables, store.kind, { ticket, card, how: 'desk', medium: 'card', samePerson, now: now() }),
    );
    return card.binding;
  };
  const look = async () => {
    let cards = 0;
    for await (const each of entriesToList(store, session.session)) cards += each.cards.length;
    let revoked = 0;
    for await (const hash of revokedCards(store, session.session)) revoked += hash.length / 32;
    const bindings = await store.db
      .selectFrom('bindings')
      .select(['state', 'ended_why', 'how'])
      .orderBy('bound_at')
      .orderBy('state', 'desc')
      .execute();
    const cases = await store.db.selectFrom('cases').select(['kind', 'state', 'detail']).execute();
    return { listed: cards, revoked, bindings, cases };
  };
  const [first = '', second = ''] = party.tickets;
  return { store, session, clock, now, checks, checksBy, bind, look, first, second };
}

/** The sandbox's authority, which for the moment has never heard of anybody. */
const knowsNobody: ValidityAuthority = {
  validity: (_, asked) => Promise.resolve(asked.map(() => ({ status: 'unknown', asOf: new Date() }))),
  correspondence: (asked) => Promise.resolve(asked.map(() => undefined)),
  renewals: (asked) => Promise.resolve(asked.map(() => undefined)),
};

describeEachDatabase('a check of bound cards', (database) => {
  it('leaves good cards as they are, and says when it was', async () => {
    const { store, session, checks, bind, look, clock, first, second } = await scene(
      await database.newStore(),
    );
    await bind(first, house.newPerson());
    await bind(second, house.newPerson());
    clock.now += 5_000;
    await checks.session(session.session);
    expect(await look()).toMatchObject({ listed: 2, revoked: 0, cases: [] });
    const rows = await store.db.selectFrom('bindings').select('checked_at').execute();
    expect(rows).toEqual([{ checked_at: clock.now }, { checked_at: clock.now }]);
  });

  it('has a renewed card keep its ticket by its new certificate, and the old one open nothing', async () => {
    const { store, session, checks, bind, look, first, second } = await scene(await database.newStore());
    const person = house.newPerson();
    await bind(first, person);
    await bind(second, house.newPerson());
    const renewed = house.authority.renew(person);
    await checks.session(session.session);
    await checks.session(session.session);
    const { listed, revoked, bindings, cases } = await look();
    expect({ listed, revoked, cases }).toEqual({ listed: 2, revoked: 0, cases: [] });
    expect(bindings.filter(({ how }) => how === 'renewal')).toMatchObject([{ state: 'active' }]);
    expect(bindings.filter(({ ended_why }) => ended_why === 'renewed')).toHaveLength(1);
    // The visitor is known by the new card: bound at a desk it is the ticket's already.
    await expect(bind(first, renewed)).rejects.toMatchObject({ code: 'already-bound' });
    const visitors = await store.db
      .selectFrom('tickets')
      .select('visitor_id')
      .where('id', '=', first)
      .execute();
    expect(visitors).toHaveLength(1);
  });

  it('only ends the old certificate where the holder has bound the new card already', async () => {
    const { session, checks, bind, look, first } = await scene(await database.newStore());
    const person = house.newPerson();
    await bind(first, person);
    await bind(first, house.authority.renew(person), true);
    await checks.session(session.session);
    const { listed, bindings, cases } = await look();
    expect({ listed, cases }).toEqual({ listed: 1, cases: [] });
    expect(bindings.map(({ how, state }) => `${how} ${state}`).sort()).toEqual(['desk active', 'desk ended']);
  });

  it('makes a case of a renewed card that opens another ticket of the session', async () => {
    const { session, checks, bind, look, first, second } = await scene(await database.newStore());
    const person = house.newPerson();
    await bind(first, person);
    await bind(second, house.authority.renew(person));
    await checks.session(session.session);
    expect(await look()).toMatchObject({ listed: 1, revoked: 0, cases: [{ kind: 'certificate-revoked' }] });
  });

  it('takes a revoked card from its ticket with its own word at the gates, and makes one case of it', async () => {
    const { session, checks, bind, look, first } = await scene(await database.newStore());
    const person = house.newPerson();
    await bind(first, person);
    house.authority.revoke(person.authentication.certificate, 'cessationOfOperation');
    await checks.session(session.session);
    await checks.session(session.session);
    const { listed, revoked, bindings, cases } = await look();
    expect({ listed, revoked }).toEqual({ listed: 0, revoked: 1 });
    expect(bindings).toMatchObject([{ state: 'revoked', ended_why: 'revoked' }]);
    expect(cases).toMatchObject([{ kind: 'certificate-revoked', state: 'open' }]);
    expect(cases[0]?.detail).toContain('lost card or left the country');
  });

  it('makes a case of an expired card, and of one that will have expired when the doors open', async () => {
    const { store, session, checks, bind, look, first, second } = await scene(await database.newStore());
    const expired = await bind(first, house.newPerson());
    const soon = await bind(second, house.newPerson());
    await store.db.updateTable('bindings').set({ not_after: 1 }).where('id', '=', expired).execute();
    const eve = openingNight - day;
    await store.db.updateTable('bindings').set({ not_after: eve }).where('id', '=', soon).execute();
    await checks.session(session.session);
    const { listed, cases } = await look();
    expect(listed).toBe(1);
    expect(cases.map(({ kind }) => kind).sort()).toEqual([
      'certificate-expired',
      'certificate-expires-before',
    ]);
  });

  it('holds a card back of which nobody knows, and puts it back once it is good', async () => {
    const { session, checks, checksBy, bind, look, first } = await scene(await database.newStore());
    await bind(first, house.newPerson());
    await checksBy(knowsNobody).session(session.session);
    expect(await look()).toMatchObject({
      listed: 0,
      cases: [{ kind: 'certificate-unclear', state: 'open' }],
    });
    await checks.session(session.session);
    expect(await look()).toMatchObject({
      listed: 1,
      cases: [{ kind: 'certificate-unclear', state: 'closed' }],
    });
  });

  it('puts no card back whose ticket is another’s meanwhile', async () => {
    const { session, checks, checksBy, bind, look, first } = await scene(await database.newStore());
    await bind(first, house.newPerson());
    await checksBy(knowsNobody).session(session.session);
    await bind(first, house.newPerson());
    await checks.session(session.session);
    const { listed, bindings } = await look();
    expect(listed).toBe(1);
    expect(bindings.map(({ state }) => state).sort()).toEqual(['active', 'ended']);
  });

  it('changes nothing while the authority is away', async () => {
    const { session, checksBy, bind, look, first } = await scene(await database.newStore());
    await bind(first, house.newPerson());
    const before = await look();
    const away = new ValidityError('unreachable', 'away');
    const validity = () => Promise.reject(away);
    await expect(checksBy({ ...knowsNobody, validity }).session(session.session)).rejects.toBe(away);
    expect(await look()).toEqual(before);
  });

  it('is asked for by people, once at a time, for a session or for one card', async () => {
    const { store, session, checks, bind, look, now, first, second } = await scene(await database.newStore());
    const [person, other] = [house.newPerson(), house.newPerson()];
    await bind(first, person);
    const card = await bind(second, other);
    const ask = askRooms(store, [checkRoutes({ store, checks, now })]);
    const as = (role: 'desk' | 'organiser', organisation = session.organisation) => ({
      person: newId(),
      organisation,
      role,
    });
    const path = `/api/sessions/${session.session}/card-checks`;
    expect(await ask(`POST ${path}`, { as: as('desk') })).toMatchObject({ status: 403 });
    expect(await ask(`POST ${path}`, { as: as('organiser', newId()) })).toMatchObject({ status: 404 });
    for (const role of ['organiser', 'organiser'] as const) {
      const asked = await ask(`POST ${path}`, { as: as(role) });
      expect(asked).toMatchObject({ status: 200, body: { cards: 2, heldBack: 0, underWay: true } });
    }
    house.authority.revoke(person.authentication.certificate, 'certificateHold');
    const runner = new JobRunner({ store, kinds: [checkJob(checks)], now });
    expect(await runner.runDue()).toBe(1);
    expect(await look()).toMatchObject({ listed: 1, revoked: 1 });
    expect(await ask(`GET ${path}`, { as: as('desk') })).toMatchObject({
      body: { cards: 1, underWay: false },
    });
    house.authority.renew(other);
    const checked = await ask(`POST /api/cards/${card}/check`, { as: as('desk') });
    expect(checked.status).toBe(200);
    const { cards } = checked.body as { cards: { id: string; state: string; endedWhy: string | null }[] };
    expect(cards.find(({ id }) => id === card)).toMatchObject({ state: 'ended', endedWhy: 'renewed' });
    expect(cards.filter(({ state }) => state === 'active')).toMatchObject([{ how: 'renewal' }]);
    expect(await ask(`POST /api/cards/${card}/check`, { as: as('desk', newId()) })).toMatchObject({
      status: 404,
    });
  });
});
