import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { Browser, type Seen } from '../../test/ticketing/browser.ts';
import { SoftwarePasskey } from '../../test/ticketing/software-passkey.ts';
import { auditRoutes } from '../audit/audit-routes.ts';
import { gatekeeperOf } from '../gates/gatekeeper.ts';
import { httpApp } from '../http/http-app.ts';
import { IdempotencyKeys } from '../http/idempotency.ts';
import { Rates } from '../http/rates.ts';
import { structuredLog } from '../log.ts';
import type { Store } from '../store/store.ts';
import { invitationLink } from './invitations.ts';
import { inviteOwner } from './owner.ts';
import { peopleRooms } from './people-rooms.ts';

const origin = 'https://tickets.example';
const hour = 3600_000;
const password = 'correct horse battery';

/** The people's side of the service over a store, with a clock of the test's own. */
function house(store: Store) {
  const clock = { now: 1_800_000_000_000 };
  const lines: string[] = [];
  const now = (): number => clock.now;
  const publicUrl = new URL(origin);
  const { doorkeeper, rooms } = peopleRooms({ store, now, publicUrl });
  const app = httpApp({
    frame: {
      doorkeeper,
      gatekeeper: gatekeeperOf({ store, publicUrl, now }),
      idempotency: new IdempotencyKeys(store, now),
      rates: new Rates(),
      proxies: [],
      now,
    },
    rooms: [...rooms, auditRoutes({ store })],
    problems: [],
    log: structuredLog({ write: (line) => lines.push(line) }),
    publicUrl,
    missing: () => Promise.resolve([]),
    metrics: [],
  });
  const browser = (address?: string): Browser => new Browser(app, origin, address);
  return { clock, lines, browser, publicUrl };
}

type House = ReturnType<typeof house>;

const secretOf = (link: string): string => new URL(link).hash.slice(1);
let keys = 0;
const key = (): Record<string, string> => ({
  'idempotency-key': `people-test-${String((keys += 1)).padStart(8, '0')}`,
});

async function join(browser: Browser, link: string, signIn: string): Promise<Seen> {
  const person = { name: signIn, signIn, password };
  return browser.ask('POST /api/invitation/accept', { secret: secretOf(link), person });
}

async function newOwner(store: Store, { browser, clock, publicUrl }: House): Promise<Browser> {
  const owner = browser();
  const invitation = await inviteOwner(store, 'Hall', clock.now);
  clock.now += 1;
  expect((await join(owner, invitationLink(publicUrl, invitation), 'owner@hall.example')).status).toBe(204);
  clock.now += 1;
  return owner;
}

/** Someone whom the owner invites, signed in, and their id. */
async function newMember(owner: Browser, { browser }: House, role: string, signIn: string) {
  const { body } = await owner.ask('POST /api/invitations', { role }, key());
  const member = browser();
  await join(member, (body as { link: string }).link, signIn);
  const { person } = (await member.ask('GET /api/me')).body as { person: { id: string } };
  return { member, id: person.id };
}

const signIn = (browser: Browser, name = 'owner@hall.example', given = password): Promise<Seen> =>
  browser.ask('POST /api/sign-in/password', { signIn: name, password: given });

describeEachDatabase('people', (database) => {
  it('join by a link, once, with its role, and are known from then on', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    expect((await owner.ask('GET /api/me')).body).toMatchObject({
      person: { signIn: 'owner@hall.example', hasPassword: true },
      organisations: [{ name: 'Hall', role: 'owner' }],
      sessions: [{ isThis: true, how: 'invitation' }],
    });
    const made = await owner.ask('POST /api/invitations', { role: 'desk' }, key());
    const { link } = made.body as { link: string };
    const look = await hall.browser().ask('POST /api/invitation/look', { secret: secretOf(link) });
    expect(look.body).toMatchObject({ organisation: 'Hall', role: 'desk' });
    const desk = hall.browser();
    expect((await join(desk, link, 'desk')).status).toBe(204);
    expect(await join(hall.browser(), link, 'other')).toMatchObject({
      status: 410,
      body: { code: 'invitation-over' },
    });
    expect(await desk.ask('GET /api/people')).toMatchObject({ status: 403, body: { code: 'wrong-role' } });
    expect(await owner.ask('GET /api/people')).toMatchObject({
      body: { items: [{ role: 'owner' }, { role: 'desk', name: 'desk' }], next: null },
    });
  });

  it('cannot join by a link that is too old or was taken back', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    const first = (await owner.ask('POST /api/invitations', { role: 'desk' }, key())).body as {
      link: string;
      id: string;
    };
    expect((await owner.ask(`DELETE /api/invitations/${first.id}`)).status).toBe(204);
    expect((await join(hall.browser(), first.link, 'late')).status).toBe(410);
    const second = (await owner.ask('POST /api/invitations', { role: 'desk' }, key())).body as {
      link: string;
    };
    hall.clock.now += 73 * hour;
    expect((await join(hall.browser(), second.link, 'late')).status).toBe(410);
  });

  it('get a session of their own at each sign-in: one that was planted is worth nothing', async () => {
    const store = await database.newStore();
    const hall = house(store);
    await newOwner(store, hall);
    const victim = hall.browser();
    const planted = `__Host-kazasu-session=${'A'.repeat(43)}`;
    victim.cookie = planted;
    expect((await signIn(victim)).status).toBe(204);
    expect(victim.cookie).not.toBe(planted);
    const thief = hall.browser();
    thief.cookie = planted;
    expect((await thief.ask('GET /api/me')).status).toBe(401);
    // A real one that someone else knew is over once one signs in again.
    const known = victim.cookie;
    await signIn(victim);
    thief.cookie = known;
    expect((await thief.ask('GET /api/me')).status).toBe(401);
    expect((await victim.ask('GET /api/me')).status).toBe(200);
  });

  it('have a cookie that scripts, other hosts, plain pages and other sites do not get', async () => {
    const store = await database.newStore();
    const hall = house(store);
    await newOwner(store, hall);
    const { headers } = await signIn(hall.browser());
    expect(headers.get('set-cookie')).toMatch(
      /^__Host-kazasu-session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(headers.get('strict-transport-security')).toContain('max-age=');
  });

  it('are signed out by themselves after two idle hours, and after twelve in any case', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    for (let count = 0; count < 11; count += 1) {
      hall.clock.now += hour;
      expect((await owner.ask('GET /api/me')).status).toBe(200);
    }
    hall.clock.now += hour;
    expect((await owner.ask('GET /api/me')).status).toBe(401);
    await signIn(owner);
    hall.clock.now += 2 * hour;
    expect((await owner.ask('GET /api/me')).status).toBe(401);
  });

  it('sign out here or everywhere, and end all other sessions by a new password', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    const elsewhere = hall.browser();
    await signIn(elsewhere);
    const wrong = await owner.ask('PUT /api/me/password', {
      current: 'not it at all',
      next: 'another long one',
    });
    expect(wrong).toMatchObject({ status: 403, body: { code: 'wrong-password' } });
    const weak = await owner.ask('PUT /api/me/password', { current: password, next: 'aaaaaaaaaaaaaaaa' });
    expect(weak).toMatchObject({ status: 422, body: { code: 'weak-password' } });
    const next = 'another long password';
    expect((await owner.ask('PUT /api/me/password', { current: password, next })).status).toBe(204);
    expect((await elsewhere.ask('GET /api/me')).status).toBe(401);
    expect((await owner.ask('GET /api/me')).status).toBe(200);
    expect((await signIn(elsewhere)).status).toBe(401);
    expect((await signIn(elsewhere, 'owner@hall.example', next)).status).toBe(204);
    const kept = owner.cookie;
    expect((await owner.ask('POST /api/sign-out')).status).toBe(204);
    owner.cookie = kept;
    expect((await owner.ask('GET /api/me')).status).toBe(401);
    expect((await elsewhere.ask('POST /api/sign-out-everywhere')).status).toBe(204);
  });

  it('are answered alike whether the name or the password is wrong, or they were disabled', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    const { member, id } = await newMember(owner, hall, 'desk', 'desk');
    const disable = { role: 'desk', state: 'disabled' };
    expect((await owner.ask(`PUT /api/people/${id}`, disable, { 'if-match': '"1"' })).status).toBe(200);
    // It holds at once.
    expect((await member.ask('GET /api/organisation')).status).toBe(401);
    const answers = [
      await signIn(hall.browser(), 'nobody'),
      await signIn(hall.browser(), 'owner@hall.example', 'wrong'),
      await signIn(hall.browser(), 'desk'),
    ];
    const shown = answers.map(({ status, body }) => ({ status, ...(body as object), instance: '' }));
    expect(shown[0]).toMatchObject({ status: 401, code: 'sign-in-failed' });
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]).toEqual(shown[0]);
  });

  it('wait longer and longer after failures, known or not, and never for ever', async () => {
    const store = await database.newStore();
    const hall = house(store);
    await newOwner(store, hall);
    for (const name of ['owner@hall.example', 'nobody']) {
      const guesser = hall.browser('198.51.100.7');
      let refused = 0;
      for (let count = 0; count < 5; count += 1)
        expect((await signIn(guesser, name, 'wrong')).status).toBe(401);
      for (let count = 0; count < 5; count += 1) {
        const { status } = await signIn(guesser, name, name === 'nobody' ? 'wrong' : password);
        if (status === 429) refused += 1;
      }
      expect(refused).toBe(5);
    }
    // From where it belongs one is let in meanwhile.
    expect((await signIn(hall.browser('192.0.2.9'))).status).toBe(204);
    const guesser = hall.browser('198.51.100.7');
    hall.clock.now += 1001;
    expect((await signIn(guesser, 'owner@hall.example', 'wrong')).status).toBe(401);
    hall.clock.now += 1001;
    expect((await signIn(guesser)).status).toBe(429);
    hall.clock.now += 1000;
    expect((await signIn(guesser)).status).toBe(204);
  });

  it('can be made to wait half a minute by those who guess from everywhere, and no longer', async () => {
    const store = await database.newStore();
    const hall = house(store);
    await newOwner(store, hall);
    for (let place = 0; place < 60; place += 1) {
      await signIn(hall.browser(`203.0.113.${place}`), 'owner@hall.example', 'wrong');
      hall.clock.now += 10_000;
    }
    hall.clock.now += 20_001;
    expect((await signIn(hall.browser('192.0.2.9'))).status).toBe(204);
  });

  it('sign in by a passkey, which a page elsewhere, a replay, or a touch without proof does not', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    const passkey = new SoftwarePasskey();
    const making = (await owner.ask('POST /api/me/passkeys/begin')).body as object;
    const made = await owner.ask('POST /api/me/passkeys', {
      label: 'laptop',
      passkey: passkey.make(making, origin),
    });
    expect(made.status).toBe(201);
    const begin = async (): Promise<object> =>
      (await hall.browser().ask('POST /api/sign-in/passkey/begin')).body as object;
    const refused = { status: 422, body: { code: 'passkey-refused' } };
    const elsewhere = passkey.answer(await begin(), 'https://tickets.example.evil.example');
    expect(await hall.browser().ask('POST /api/sign-in/passkey', elsewhere)).toMatchObject(refused);
    const untouched = passkey.answer(await begin(), origin, 0x01);
    expect(await hall.browser().ask('POST /api/sign-in/passkey', untouched)).toMatchObject(refused);
    const stranger = new SoftwarePasskey().answer(await begin(), origin);
    expect(await hall.browser().ask('POST /api/sign-in/passkey', stranger)).toMatchObject(refused);
    const answer = passkey.answer(await begin(), origin);
    const signedIn = hall.browser();
    expect((await signedIn.ask('POST /api/sign-in/passkey', answer)).status).toBe(204);
    expect(await hall.browser().ask('POST /api/sign-in/passkey', answer)).toMatchObject(refused);
    expect((await signedIn.ask('GET /api/me')).body).toMatchObject({
      passkeys: [{ label: 'laptop', usedAt: expect.any(String) as string }],
    });
    const { id } = made.body as { id: string };
    expect((await signedIn.ask(`DELETE /api/me/passkeys/${id}`)).status).toBe(204);
    const gone = passkey.answer(await begin(), origin);
    expect(await hall.browser().ask('POST /api/sign-in/passkey', gone)).toMatchObject(refused);
  });

  it('always leave one owner, even where two take the other’s role away at once', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    const { person } = (await owner.ask('GET /api/me')).body as { person: { id: string } };
    const auditor = { role: 'auditor', state: 'active' };
    const seen = { 'if-match': '"1"' };
    expect(await owner.ask(`PUT /api/people/${person.id}`, auditor, seen)).toMatchObject({
      status: 409,
      body: { code: 'last-owner' },
    });
    const other = await newMember(owner, hall, 'owner', 'second');
    await Promise.all([
      owner.ask(`PUT /api/people/${other.id}`, auditor, seen),
      other.member.ask(`PUT /api/people/${person.id}`, auditor, seen),
    ]);
    const owners = await store.db
      .selectFrom('memberships')
      .select('role')
      .where('role', '=', 'owner')
      .execute();
    expect(owners).toHaveLength(1);
  });

  it('of one organisation see nothing of another’s', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    const theirs = hall.browser();
    const link = invitationLink(hall.publicUrl, await inviteOwner(store, 'Other', hall.clock.now));
    await join(theirs, link, 'theirs');
    const { person } = (await owner.ask('GET /api/me')).body as { person: { id: string } };
    expect((await theirs.ask(`GET /api/people/${person.id}`)).status).toBe(404);
    const change = { role: 'desk', state: 'active' };
    expect((await theirs.ask(`PUT /api/people/${person.id}`, change, { 'if-match': '"1"' })).status).toBe(
      404,
    );
    expect((await theirs.ask('GET /api/people')).body).toMatchObject({ items: [{ name: 'theirs' }] });
    const { organisations } = (await owner.ask('GET /api/me')).body as { organisations: { id: string }[] };
    const [{ id }] = organisations as [{ id: string }];
    expect((await theirs.ask('GET /api/people', undefined, { 'kazasu-organisation': id })).status).toBe(404);
  });

  it('who belong to two say which', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    const secret = secretOf(
      invitationLink(hall.publicUrl, await inviteOwner(store, 'Second', hall.clock.now)),
    );
    expect((await owner.ask('POST /api/invitation/accept', { secret })).status).toBe(204);
    expect(await owner.ask('GET /api/organisation')).toMatchObject({
      status: 400,
      body: { code: 'which-organisation' },
    });
    const { organisations } = (await owner.ask('GET /api/me')).body as {
      organisations: { id: string; name: string }[];
    };
    for (const { id, name } of organisations)
      expect(
        (await owner.ask('GET /api/organisation', undefined, { 'kazasu-organisation': id })).body,
      ).toEqual({ id, name });
  });

  it('leave acts in the audit log, and no secret in it, in the store or in the log', async () => {
    const store = await database.newStore();
    const hall = house(store);
    const owner = await newOwner(store, hall);
    const { body } = await owner.ask('POST /api/invitations', { role: 'auditor' }, key());
    const secret = secretOf((body as { link: string }).link);
    await signIn(owner);
    const acts = (await owner.ask('GET /api/audit')).body as { items: { act: string }[] };
    expect(acts.items.map(({ act }) => act)).toEqual(['people.invite', 'people.join', 'people.invite']);
    const tables = ['people', 'invitations', 'person_sessions', 'audit', 'idempotency_keys'] as const;
    const kept = await Promise.all(tables.map((table) => store.db.selectFrom(table).selectAll().execute()));
    const everything = JSON.stringify([kept, hall.lines]);
    for (const each of [password, secret, owner.cookie?.split('=')[1] ?? 'none', 'hall.example'])
      expect(JSON.stringify([kept.slice(1), hall.lines])).not.toContain(each);
    expect(everything).not.toContain(password);
  });
});
