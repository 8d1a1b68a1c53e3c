import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '../../test/authority/person.ts';
import {
  bindHash,
  openingNight,
  sellParty,
  setUpSession,
  type SetUpSession,
  type SoldParty,
} from '../../test/box-office/box-office.ts';
import { openCardHouse, signedBy, type CardHouse } from '../../test/box-office/card-house.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { endBindings } from '../bindings/end-bindings.ts';
import { entriesToList } from '../bindings/entries-to-list.ts';
import { CardVerifier } from '../bindings/card-verifier.ts';
import { ValidityError } from '../../hsm/validity/validity-error.ts';
import { importRoot } from '../../hsm/certificate/root.ts';
import type { BindingForm } from '../signed-form/binding-form.ts';
import type { Store } from '../store/store.ts';
import { mostAttempts } from './issue-claim.ts';
import { issueClaimOfParty, issuePartyCode, readParty, recallClaimOfParty } from './party.ts';
import { Claims, type ClaimedTicket, type TakenClaim } from './take-claim.ts';
import { chaseClaims, readUnclaimed } from './unclaimed.ts';

let house: CardHouse;
beforeAll(async () => {
  house = await openCardHouse();
});
afterAll(() => house.close());

const day = 86_400_000;

interface Scene {
  readonly store: Store;
  readonly session: SetUpSession;
  readonly party: SoldParty;
  readonly partyCode: string;
  readonly claims: Claims;
}

function formOf({ challenge, ticket, event, title, startsAt }: ClaimedTicket): BindingForm {
  const at = new Date().toISOString();
  return { format: 'kazasu/binding/v1', challenge, at, ticket, event, title, startsAt };
}

async function take(claims: Claims, code: string, person: Person): Promise<TakenClaim> {
  return claims.bind(code, signedBy(person, formOf(await claims.lookUp(code))));
}

function issue({ store, partyCode, party }: Scene, place: number): Promise<string> {
  const ticket = party.tickets[place - 1] ?? '';
  return store.transaction(
    async (tables) =>
      (await issueClaimOfParty(tables, store.kind, { partyCode, ticket, now: Date.now() })).code,
  );
}

function partyOf({ store, partyCode }: Scene) {
  return store.transaction((tables) => readParty(tables, partyCode, Date.now()));
}

describeEachDatabase('a claim', (database) => {
  const scene = async (
    wishes: Parameters<typeof setUpSession>[1] & Parameters<typeof sellParty>[2] = {},
  ): Promise<Scene> => {
    const store = await database.newStore();
    const session = await setUpSession(store, wishes);
    await house.keys.makeEventKey(session.eventName);
    const party = await sellParty(store, session, { tickets: 3, ...wishes });
    const partyCode = await store.transaction((tables) => issuePartyCode(tables, party.application, 0));
    return { store, session, party, partyCode, claims: new Claims({ store, verifier: house.verifier }) };
  };

  it('binds the companion’s card to the ticket that it was issued for', async () => {
    const at = await scene();
    await bindHash(at.store, at.session, at.party.tickets[0] ?? '');
    const person = house.newPerson();
    const taken = await take(at.claims, await issue(at, 2), person);
    expect(taken).toMatchObject({ ticket: at.party.tickets[1], seat: 'A-2' });
    const { tickets } = await partyOf(at);
    expect(tickets.map(({ state }) => state)).toEqual(['bound', 'bound', 'unclaimed']);
    const eventKey = await house.keys.eventKey(at.session.eventName);
    const root = importRoot(person.authentication.caCertificate);
    const hash = await eventKey.serialHash({
      issuer: root.name,
      serial: person.authentication.serial,
    });
    const listed = [];
    for await (const each of entriesToList(at.store, at.session.session)) listed.push(each);
    const mine = listed.find(({ record }) => record.ticket === taken.number);
    expect(mine?.cards.map(({ serialHash }) => Buffer.from(serialHash))).toEqual([Buffer.from(hash)]);
    expect(mine?.cards[0]?.publicKey).toBeDefined();
  });

  it('tells a representative what is bound, and never by whom', async () => {
    const at = await scene();
    await take(at.claims, await issue(at, 2), house.newPerson());
    const bindings = await at.store.db.selectFrom('bindings').selectAll().execute();
    const shown = JSON.stringify(await partyOf(at));
    for (const { id, serial_hash } of bindings) {
      expect(shown).not.toContain(id);
      expect(shown).not.toContain(serial_hash.toString('hex'));
    }
  });

  it('keeps no code, and keeps the serial sealed for its own row', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    const person = house.newPerson();
    await take(at.claims, code, person);
    const rows = {
      claims: await at.store.db.selectFrom('claims').selectAll().execute(),
      codes: await at.store.db.selectFrom('party_codes').selectAll().execute(),
    };
    expect(JSON.stringify(rows)).not.toContain(code);
    expect(JSON.stringify(rows)).not.toContain(at.partyCode);
    const [binding] = await at.store.db.selectFrom('bindings').selectAll().execute();
    if (binding === undefined) throw new Error('unreachable');
    const serial = await house.keys.storage.open(binding.serial, `bindings/${binding.id}/serial`);
    expect(Buffer.from(serial)).toEqual(Buffer.from(person.authentication.serial));
  });

  it('is taken once: its code then serves for nothing', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    await take(at.claims, code, house.newPerson());
    await expect(at.claims.lookUp(code)).rejects.toMatchObject({ code: 'no-such-claim' });
  });

  it('never binds once it is recalled, also where it was looked up before', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    const form = formOf(await at.claims.lookUp(code));
    const { store, partyCode } = at;
    await store.transaction((tables) =>
      recallClaimOfParty(tables, { partyCode, ticket: at.party.tickets[1] ?? '', now: Date.now() }),
    );
    await expect(at.claims.bind(code, signedBy(house.newPerson(), form))).rejects.toMatchObject({
      code: 'no-such-claim',
    });
    expect(await store.db.selectFrom('bindings').selectAll().execute()).toEqual([]);
  });

  it('ends with the issue of another for its ticket', async () => {
    const at = await scene();
    const [first, second] = [await issue(at, 2), await issue(at, 2)];
    await expect(at.claims.lookUp(first)).rejects.toMatchObject({ code: 'no-such-claim' });
    await take(at.claims, second, house.newPerson());
    await expect(issue(at, 2)).rejects.toMatchObject({ code: 'already-bound' });
  });

  it('says the same of a code that was never issued and of one that is over', async () => {
    const at = await scene();
    const other = await scene();
    const over = await issue(at, 2);
    await issue(at, 2);
    const never = await issue(other, 2);
    const [one, two] = await Promise.allSettled([at.claims.lookUp(over), at.claims.lookUp(never)]);
    expect(one).toEqual(two);
    await expect(at.claims.lookUp('2222-2222-2222-222A')).rejects.toMatchObject({ code: 'mistyped' });
  });

  it('binds for a challenge once, to the signature over it, and no other card by the same', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    const [person, thief] = [house.newPerson(), house.newPerson()];
    const form = formOf(await at.claims.lookUp(code));
    const wrong = { ...signedBy(person, form), certificate: thief.authentication.certificate };
    await expect(at.claims.bind(code, wrong)).rejects.toMatchObject({ code: 'wrong-signature' });
    // Used up, also for its own signature.
    await expect(at.claims.bind(code, signedBy(person, form))).rejects.toMatchObject({
      code: 'challenge-over',
    });
    const again = formOf(await at.claims.lookUp(code));
    await at.claims.bind(code, signedBy(person, again));
    await expect(at.claims.bind(code, signedBy(thief, again))).rejects.toMatchObject({
      code: 'no-such-claim',
    });
  });

  it('answers the same again to whoever did not hear it', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    const signed = signedBy(house.newPerson(), formOf(await at.claims.lookUp(code)));
    const first = await at.claims.bind(code, signed);
    expect(await at.claims.bind(code, signed)).toEqual(first);
    expect(await at.store.db.selectFrom('bindings').selectAll().execute()).toHaveLength(1);
  });

  it('refuses what was signed for another ticket or under another title', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    for (const change of [
      { ticket: at.party.tickets[2] ?? '' },
      { title: { ja: '別', en: 'Other' } },
      { startsAt: '2027-04-04T09:00:00.000Z' },
    ]) {
      const form = { ...formOf(await at.claims.lookUp(code)), ...change };
      await expect(at.claims.bind(code, signedBy(house.newPerson(), form))).rejects.toMatchObject({
        code: 'form-differs',
      });
    }
  });

  it('stands so many attempts and no more', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    const person = house.newPerson();
    for (let count = 0; count < mostAttempts; count += 1) {
      const signed = signedBy(person, formOf(await at.claims.lookUp(code)));
      const wrong = { ...signed, signature: new Uint8Array(256) };
      await expect(at.claims.bind(code, wrong)).rejects.toMatchObject({ code: 'wrong-signature' });
    }
    await expect(at.claims.lookUp(code)).rejects.toMatchObject({ code: 'no-such-claim' });
    expect((await partyOf(at)).tickets[1]?.state).toBe('unclaimed');
    await take(at.claims, await issue(at, 2), person);
  });

  it('counts no attempt while the authority is away', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    const away = {
      validity: () => Promise.reject(new ValidityError('unreachable', 'away')),
      correspondence: () => Promise.resolve([]),
      renewals: () => Promise.resolve([]),
    };
    const roots = house.authority.rootCertificates('authentication').map(importRoot);
    const verifier = new CardVerifier({ keys: house.keys, roots, authority: away });
    const cutOff = new Claims({ store: at.store, verifier });
    await expect(take(cutOff, code, house.newPerson())).rejects.toMatchObject({ code: 'unreachable' });
    const [claim] = await at.store.db.selectFrom('claims').select('attempts_left').execute();
    expect(claim?.attempts_left).toBe(mostAttempts);
  });

  it.each([
    ['expired', { expired: true }, 'certificate-refused'],
    ['of an unknown root', { unknownIssuer: true }, 'certificate-refused'],
  ] as const)('refuses a certificate that is %s', async (_, options, refusal) => {
    const at = await scene();
    const code = await issue(at, 2);
    await expect(take(at.claims, code, house.newPerson(options))).rejects.toMatchObject({ code: refusal });
  });

  it('refuses a revoked card with the reason in words', async () => {
    const at = await scene();
    const person = house.newPerson();
    house.authority.revoke(person.authentication.certificate, 'certificateHold');
    await expect(take(at.claims, await issue(at, 2), person)).rejects.toMatchObject({
      code: 'certificate-revoked',
      message: expect.stringContaining('lost card') as string,
    });
  });

  it('makes a case of a certificate that the authority does not know', async () => {
    const at = await scene();
    const unknown = {
      validity: () => Promise.resolve([{ status: 'unknown' as const, asOf: new Date() }]),
      correspondence: () => Promise.resolve([]),
      renewals: () => Promise.resolve([]),
    };
    const roots = house.authority.rootCertificates('authentication').map(importRoot);
    const verifier = new CardVerifier({ keys: house.keys, roots, authority: unknown });
    const unsure = new Claims({ store: at.store, verifier });
    await expect(take(unsure, await issue(at, 2), house.newPerson())).rejects.toMatchObject({
      code: 'certificate-unclear',
    });
    expect(await at.store.db.selectFrom('cases').select(['kind', 'state']).execute()).toEqual([
      { kind: 'certificate-unclear', state: 'open' },
    ]);
  });

  it('takes a card of the next generation', async () => {
    const at = await scene();
    await take(at.claims, await issue(at, 2), house.newPerson({ algorithm: 'p384' }));
    expect((await partyOf(at)).tickets[1]?.state).toBe('bound');
  });

  it('gives one card one ticket of a session', async () => {
    const at = await scene();
    const person = house.newPerson();
    await take(at.claims, await issue(at, 2), person);
    await expect(take(at.claims, await issue(at, 3), person)).rejects.toMatchObject({
      code: 'card-opens-another',
    });
  });

  it('counts for whoever binds it, across applications and sessions, and no more for the representative', async () => {
    const at = await scene({ quota: 1 });
    const other = await setUpSession(at.store, { of: at.session });
    const second = await sellParty(at.store, other, { tickets: 2, visitor: at.party.visitor });
    const secondCode = await at.store.transaction((tables) => issuePartyCode(tables, second.application, 0));
    const [person, friend] = [house.newPerson(), house.newPerson()];
    await take(at.claims, await issue(at, 2), person);
    const there = { ...at, party: second, partyCode: secondCode };
    await expect(take(at.claims, await issue(there, 2), person)).rejects.toMatchObject({
      code: 'quota-reached',
    });
    await take(at.claims, await issue(there, 2), friend);
    const held = await at.store.db
      .selectFrom('tickets')
      .select('id')
      .where('visitor_id', '=', at.party.visitor)
      .execute();
    expect(held).toHaveLength(3);
  });

  it('is for one of two who take it at once', async () => {
    const at = await scene();
    const code = await issue(at, 2);
    const form = formOf(await at.claims.lookUp(code));
    const outcomes = await Promise.allSettled(
      [house.newPerson(), house.newPerson()].map((person) => at.claims.bind(code, signedBy(person, form))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await at.store.db.selectFrom('bindings').selectAll().execute()).toHaveLength(1);
  });

  it('is of its own party alone', async () => {
    const [at, other] = [await scene(), await scene()];
    const strange = { ...at, party: other.party };
    await expect(issue(strange, 2)).rejects.toMatchObject({ code: 'no-such-ticket' });
    const older = at.partyCode;
    await at.store.transaction((tables) => issuePartyCode(tables, at.party.application, 1));
    await expect(partyOf({ ...at, partyCode: older })).rejects.toMatchObject({ code: 'no-such-party' });
  });

  it('is not to be had where the representative opens, or nothing is paid', async () => {
    const opens = await scene({ companions: 'representative-opens' });
    await expect(issue(opens, 2)).rejects.toMatchObject({ code: 'not-claimable' });
    expect((await partyOf(opens)).tickets[1]?.state).toBe('opened-by-representative');
    const unpaid = await scene({ state: 'reserved' });
    await expect(issue(unpaid, 2)).rejects.toMatchObject({ code: 'not-claimable' });
  });
});

describeEachDatabase('claims that are late', (database) => {
  const late = async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    await house.keys.makeEventKey(session.eventName);
    const party = await sellParty(store, session, { tickets: 3 });
    await bindHash(store, session, party.tickets[0] ?? '');
    const partyCode = await store.transaction((tables) => issuePartyCode(tables, party.application, 0));
    return { store, session, party, partyCode, claims: new Claims({ store, verifier: house.verifier }) };
  };
  const chase = (store: Store, now: number): Promise<void> => chaseClaims({ store, now: () => now }).run({});
  const casesOf = (store: Store) =>
    store.db.selectFrom('cases').select(['kind', 'subject', 'state', 'detail']).execute();

  it('are counted for the organiser', async () => {
    const at = await late();
    await issue(at, 2);
    expect(await readUnclaimed(at.store, at.session.session)).toEqual({ valid: 3, unbound: 2, claimable: 1 });
    await sellParty(at.store, at.session, { tickets: 2, companions: 'representative-opens' });
    expect(await readUnclaimed(at.store, at.session.session)).toEqual({ valid: 5, unbound: 3, claimable: 1 });
  });

  it('are told to the organiser some days before the end, once', async () => {
    const at = await late();
    await chase(at.store, openingNight - 30 * day);
    expect(await casesOf(at.store)).toEqual([]);
    await chase(at.store, openingNight - 4 * day);
    await chase(at.store, openingNight - 3 * day);
    expect(await casesOf(at.store)).toMatchObject([{ kind: 'claims-late', state: 'open' }]);
  });

  it('end with their time, claimed or never offered, in one case for each party, and no ticket is taken', async () => {
    const at = await late();
    const code = await issue(at, 2);
    await chase(at.store, openingNight - day);
    await chase(at.store, openingNight - day);
    await expect(at.claims.lookUp(code)).rejects.toMatchObject({ code: 'no-such-claim' });
    const cases = (await casesOf(at.store)).filter(({ kind }) => kind === 'tickets-unclaimed');
    expect(cases).toMatchObject([{ subject: `application ${at.party.number}`, state: 'open' }]);
    expect((JSON.parse(cases[0]?.detail ?? '{}') as { tickets: string[] }).tickets).toHaveLength(2);
    expect(
      await at.store.db.selectFrom('tickets').select('id').where('state', '=', 'valid').execute(),
    ).toHaveLength(3);
  });

  it('are settled when the last of them is bound after all', async () => {
    const at = await late();
    const expired = await issue(at, 2);
    await chase(at.store, openingNight - day);
    await expect(at.claims.lookUp(expired)).rejects.toThrow();
    for (const place of [2, 3]) await take(at.claims, await issue(at, place), house.newPerson());
    const cases = (await casesOf(at.store)).filter(({ kind }) => kind === 'tickets-unclaimed');
    expect(cases).toMatchObject([{ state: 'closed' }]);
  });

  it('may be issued again once a binding was ended', async () => {
    const at = await late();
    await take(at.claims, await issue(at, 2), house.newPerson());
    const tickets = [at.party.tickets[1] ?? ''];
    await at.store.transaction((tables) =>
      endBindings(tables, { which: { tickets }, state: 'revoked', why: 'lost', now: 1 }),
    );
    await take(at.claims, await issue(at, 2), house.newPerson());
  });
});
