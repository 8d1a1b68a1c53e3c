import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '../../test/authority/person.ts';
import { bindHash, sellParty, setUpSession } from '../../test/box-office/box-office.ts';
import { openCardHouse, signedBy, type CardHouse } from '../../test/box-office/card-house.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms, type Answer } from '../../test/ticketing/ask-room.ts';
import { claimRoutes } from './claim-routes.ts';
import { issuePartyCode } from './party.ts';
import { Claims, type ClaimedTicket } from './take-claim.ts';

let house: CardHouse;
beforeAll(async () => {
  house = await openCardHouse();
});
afterAll(() => house.close());

interface Shown {
  readonly ticket: string;
  readonly code: string;
  readonly link: string;
  readonly qr: string;
}

function bodyToBind(code: string, person: Person, shown: ClaimedTicket) {
  const { challenge, ticket, event, title, startsAt } = shown;
  const at = new Date().toISOString();
  const format = 'kazasu/binding/v1';
  const signed = signedBy(person, { format, challenge, at, ticket, event, title, startsAt });
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    code,
    form: base64(signed.form),
    signature: base64(signed.signature),
    authenticationCertificate: base64(signed.certificate),
  };
}

describeEachDatabase('the routes of claims', (database) => {
  const scene = async () => {
    const store = await database.newStore();
    const session = await setUpSession(store);
    await house.keys.makeEventKey(session.eventName);
    const { application, tickets } = await sellParty(store, session, { tickets: 3 });
    const partyCode = await store.transaction((tables) => issuePartyCode(tables, application, 0));
    const lines: string[] = [];
    const ask = askRooms(
      store,
      [
        claimRoutes({
          store,
          claims: new Claims({ store, verifier: house.verifier }),
          publicUrl: new URL('https://tickets.example'),
          now: Date.now,
        }),
      ],
      { onLogLine: (line) => lines.push(line) },
    );
    const post = (path: string, body: unknown): Promise<Answer> => ask(`POST /api/${path}`, { body });
    const issue = async (ticket = tickets[1]): Promise<Shown> =>
      (await post('parties/claims', { code: partyCode, ticket })).body as Shown;
    return { store, session, tickets, partyCode, post, issue, lines };
  };

  it('bring a ticket from the representative to the companion’s card', async () => {
    const { store, session, tickets, partyCode, post, issue } = await scene();
    await bindHash(store, session, tickets[0] ?? '');
    const { code } = await issue();
    const seen = await post('claims/look-up', { code });
    expect(seen).toMatchObject({ status: 200, body: { ticket: tickets[1], seat: 'A-2' } });
    const body = bodyToBind(code, house.newPerson(), seen.body as ClaimedTicket);
    const bound = await post('claims/bind', body);
    expect(bound).toMatchObject({ status: 201, body: { ticket: tickets[1], seat: 'A-2' } });
    expect(await post('claims/bind', body)).toMatchObject({ status: 201, body: bound.body });
    const party = await post('parties/look-up', { code: partyCode });
    expect(party.status).toBe(200);
    const states = (party.body as { tickets: { state: string }[] }).tickets.map(({ state }) => state);
    expect(states).toEqual(['bound', 'bound', 'unclaimed']);
    expect(await post('claims/look-up', { code })).toMatchObject({ status: 404 });
    expect(await post('parties/claims', { code: partyCode, ticket: tickets[1] })).toMatchObject({
      status: 409,
      body: { code: 'already-bound' },
    });
  });

  it('show a claim with its code behind the link’s #, and as a QR code of its own', async () => {
    const { tickets, issue } = await scene();
    const [one, other] = [await issue(), await issue(tickets[2])];
    const link = new URL(one.link);
    expect(link.origin + link.pathname + link.search).toBe('https://tickets.example/claim');
    expect(link.hash).toBe(`#${one.code}`);
    expect(one.qr).toMatch(/^<svg [^]*<\/svg>\s*$/);
    expect(one.qr).not.toBe(other.qr);
  });

  it('recall a claim, which then serves for nothing', async () => {
    const { tickets, partyCode, post, issue } = await scene();
    const { code } = await issue();
    const seen = await post('claims/look-up', { code });
    const recalled = await post('parties/recall', { code: partyCode, ticket: tickets[1] });
    expect(recalled).toMatchObject({ status: 200, body: { companions: 'own-cards' } });
    const body = bodyToBind(code, house.newPerson(), seen.body as ClaimedTicket);
    expect(await post('claims/bind', body)).toMatchObject({ status: 404, body: { code: 'no-such-claim' } });
  });

  it('refuse what is mistyped, unknown, malformed, wrongly signed or another party’s', async () => {
    const { partyCode, post, issue, store } = await scene();
    const { code } = await issue();
    const elsewhere = await scene();
    const unknown = elsewhere.partyCode;
    expect(await post('claims/look-up', { code: '2222-2222-2222-222A' })).toMatchObject({
      status: 400,
      body: { code: 'mistyped' },
    });
    expect(await post('claims/look-up', { code: unknown })).toMatchObject({ status: 404 });
    expect(await post('parties/look-up', { code: unknown })).toMatchObject({
      status: 404,
      body: { code: 'no-such-party' },
    });
    expect(await post('parties/claims', { code: partyCode, ticket: elsewhere.tickets[1] })).toMatchObject({
      status: 404,
      body: { code: 'no-such-ticket' },
    });
    expect(await post('parties/look-up', { code: partyCode, also: 1 })).toMatchObject({ status: 400 });

    const seen = (await post('claims/look-up', { code })).body as ClaimedTicket;
    const body = bodyToBind(code, house.newPerson(), seen);
    expect(await post('claims/bind', { ...body, signature: 'no base64!' })).toMatchObject({ status: 400 });
    const form = Buffer.from('{}').toString('base64');
    expect(await post('claims/bind', { ...body, form })).toMatchObject({ status: 400 });
    const { authenticationCertificate } = bodyToBind(code, house.newPerson(), seen);
    expect(await post('claims/bind', { ...body, authenticationCertificate })).toMatchObject({
      status: 409,
      body: { code: 'wrong-signature' },
    });
    expect(await post('claims/bind', body)).toMatchObject({ status: 409, body: { code: 'challenge-over' } });
    expect(await store.db.selectFrom('bindings').selectAll().execute()).toEqual([]);
  });

  it('log no code', async () => {
    const { partyCode, post, issue, lines } = await scene();
    const { code } = await issue();
    await post('claims/look-up', { code });
    await post('parties/look-up', { code: partyCode });
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).not.toContain(code);
      expect(line).not.toContain(partyCode);
    }
  });

  it('stop whoever guesses, before a right code is looked at', async () => {
    const { partyCode, post } = await scene();
    for (let tries = 0; tries < 60; tries += 1)
      expect(await post('claims/look-up', { code: '2222-2222-2222-222A' })).toMatchObject({ status: 400 });
    expect(await post('parties/look-up', { code: partyCode })).toMatchObject({
      status: 429,
      body: { code: 'too-many-requests' },
    });
  });
});
