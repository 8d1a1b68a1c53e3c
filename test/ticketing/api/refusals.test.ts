// Each route that /openapi.json describes is tried for what it must refuse, from the description itself: a
// route that is new is tried as well.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles, type Role } from '../../../ticketing/http/actor.ts';
import { newId } from '../../../ticketing/store/new-id.ts';
import { serviceOnSofthsm, type ServiceOnSofthsm } from '../service-on-softhsm.ts';
import { ApiAsker, type Answered, type Asked } from './ask-api.ts';
import { describedRoutes, type DescribedRoute, type Description } from './described-routes.ts';
import { twoOrganisations, type TwoOrganisations } from './two-organisations.ts';

let running: ServiceOnSofthsm;
let world: TwoOrganisations;
let asker: ApiAsker;
let routes: DescribedRoute[];
const clock = { now: Date.parse('2027-03-01T00:00:00Z') };

beforeAll(async () => {
  running = await serviceOnSofthsm({ now: () => clock.now });
  const { store, url } = running.service;
  world = await twoOrganisations(store, clock.now);
  const description = (await (await fetch(`${url}/openapi.json`)).json()) as Description;
  routes = describedRoutes(description);
  asker = new ApiAsker(url, world, description.components.schemas, () => clock.now);
});
afterAll(async () => {
  await running.close();
});

/** Asks a second later than before, so that no rate is met; what it answers must be as described. */
async function ask(route: DescribedRoute, asked: Asked = {}): Promise<Answered> {
  clock.now += 1000;
  const answered = await asker.ask(route, asked);
  const { status, headers, text } = answered;
  expect(route.statuses, `${route.name} is not said to answer ${status}: ${text}`).toContain(status);
  expect(status, `${route.name}: ${text}`).toBeLessThan(500);
  if (status >= 400) expect(headers.get('content-type')).toBe('application/problem+json');
  return answered;
}

const roleFor = ({ guard }: DescribedRoute): Role => guard.roles?.[0] ?? 'owner';
/** Whoever of the hall may ask it. */
function rightAsker(route: DescribedRoute): Asked['as'] {
  if (route.guard.who === 'gate') return world.hallGate;
  return route.guard.who === 'anyone' || route.guard.who === 'provider'
    ? undefined
    : world.hall[roleFor(route)];
}
const every = async (
  chosen: (route: DescribedRoute) => boolean,
  tried: (route: DescribedRoute) => Promise<unknown>,
): Promise<void> => {
  const those = routes.filter(chosen);
  expect(those.length).toBeGreaterThan(0);
  for (const route of those) await tried(route);
};
const isForPeople = ({ guard }: DescribedRoute): boolean => guard.who === 'people';
/** These look at what they are given before they look for what it is for: a table, what a card signed. */
const readsFirst = new Set(['putSeats', 'importOrders', 'bindCard']);
const refusal = (answered: Answered, route: DescribedRoute): string =>
  `${route.name} ${answered.status} ${answered.code ?? answered.text}`;

describe('every route of the description', () => {
  it('asks who it is, and takes no cookie or signature that is none', async () => {
    await every(
      ({ guard }) => guard.who !== 'anyone',
      async (route) => {
        const unknown = { cookie: `kazasu-session=${'x'.repeat(43)}`, 'kazasu-signature': 'AAAA' };
        for (const headers of [{}, unknown]) {
          const answered = await ask(route, { headers });
          // The key that signs an enrolment is in its body, so that is read first.
          const expected = route.name === 'enrolGate' ? / 400 malformed/ : / 401 /;
          expect(refusal(answered, route)).toMatch(expected);
        }
      },
    );
  });

  it('asks for the role', async () => {
    await every(isForPeople, async (route) => {
      const { roles: allowed = [] } = route.guard;
      for (const role of roles.filter((each) => !allowed.includes(each))) {
        expect(refusal(await ask(route, { as: world.hall[role] }), route)).toBe(
          `${route.name} 403 wrong-role`,
        );
      }
    });
  });

  it('takes nothing that changes something from a page of elsewhere', async () => {
    await every(
      ({ method }) => method !== 'GET',
      async (route) => {
        const headers = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
        expect((await ask(route, { as: rightAsker(route), headers })).status).toBe(403);
      },
    );
  });

  it('says of another organisation’s what it says of what there is not', async () => {
    await every(
      (route) => route.inPath.length > 0 && (isForPeople(route) || route.guard.who === 'person'),
      async (route) => {
        const theirs = await ask(route, { as: world.others[roleFor(route)] });
        const none = await ask(route, { as: world.others[roleFor(route)], ids: {} });
        if (!readsFirst.has(route.name))
          expect(refusal(theirs, route)).toMatch(/ 404 (not-found|no-such-\w+)$/);
        const told = ({ text }: Answered): unknown => ({ ...(JSON.parse(text) as object), instance: '' });
        expect(told(theirs)).toEqual(told(none));
      },
    );
    await every(
      (route) => route.inPath.length > 0 && route.guard.who === 'gate',
      async (route) => {
        expect(refusal(await ask(route, { as: world.othersGate }), route)).toMatch(/ 404 /);
      },
    );
  });

  it('lists nothing of another organisation’s, whatever it is asked for', async () => {
    await every(
      (route) => route.method === 'GET' && route.inPath.length === 0 && isForPeople(route),
      async (route) => {
        const filters = Object.entries(world.ids).filter(([name]) => route.inQuery.includes(name));
        for (const query of ['', ...filters.map(([name, id]) => `?${name}=${id}`)]) {
          const { text } = await ask(route, { as: world.others[roleFor(route)], query });
          for (const id of Object.values(world.ids)) expect(text).not.toContain(id);
        }
      },
    );
  });

  it('refuses a body that is not as described', async () => {
    await every(
      ({ json }) => json !== undefined,
      async (route) => {
        const as = rightAsker(route);
        const example = asker.exampleOf(route) as object;
        const wrong: unknown[] = ['{', '[]', 'null', { ...example, 'no-such-field': 1 }];
        for (const body of [...wrong, Uint8Array.of(0x7b, 0xff, 0x7d)]) {
          expect(refusal(await ask(route, { as, body }), route)).toBe(`${route.name} 400 bad-request`);
        }
      },
    );
  });

  it('refuses a body of another type', async () => {
    await every(
      ({ takesBody }) => takesBody,
      async (route) => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        expect(refusal(await ask(route, { as: rightAsker(route), headers, body: 'a=1' }), route)).toBe(
          `${route.name} 415 wrong-type`,
        );
      },
    );
  });

  it('refuses a query and a path that are not as described', async () => {
    await every(
      ({ inQuery }) => inQuery.length > 0,
      async (route) => {
        const as = rightAsker(route);
        for (const query of [
          '?no-such=1',
          ...(route.inQuery.includes('limit') ? ['?limit=0', '?limit=x'] : []),
        ])
          expect(refusal(await ask(route, { as, query }), route)).toBe(`${route.name} 400 bad-request`);
      },
    );
    await every(
      ({ inPath }) => inPath.length > 0,
      async (route) => {
        for (const id of ['x'.repeat(600), '%00', '..%2f..%2fetc', "'%20or%201=1"]) {
          const ids = Object.fromEntries(route.inPath.map((name) => [name, id]));
          expect([400, 404]).toContain((await ask(route, { as: rightAsker(route), ids })).status);
        }
      },
    );
  });

  it('refuses a body that is too long, before any of it is read', async () => {
    await every(
      ({ takesBody, guard }) => takesBody && guard.who !== 'gate',
      async (route) => {
        clock.now += 1000;
        const as = rightAsker(route);
        const { mostBytes } = route.guard;
        const said = await asker.announce(route, mostBytes + 1, typeof as === 'string' ? as : undefined);
        expect(`${route.name} ${said}`).toBe(`${route.name} 413`);
      },
    );
    await every(
      ({ takesBody, guard }) => takesBody && guard.mostBytes < 1_000_000,
      async (route) => {
        const body = Buffer.alloc(route.guard.mostBytes + 1, ' ');
        expect((await ask(route, { as: rightAsker(route), body })).status).toBe(413);
      },
    );
  });

  it('changes nothing that was not seen as it is', async () => {
    await every(
      ({ guard }) => guard.changes === true,
      async (route) => {
        const as = rightAsker(route);
        const sent = async (tag: string | undefined): Promise<string> =>
          refusal(await ask(route, { as, headers: { 'if-match': tag } }), route);
        expect(await sent(undefined)).toBe(`${route.name} 428 revision-missing`);
        expect(await sent('*')).toBe(`${route.name} 400 bad-request`);
      },
    );
  });

  it('creates nothing without a key, and nothing twice with the same', async () => {
    const made: string[] = [];
    await every(
      ({ guard }) => guard.creates === true,
      async (route) => {
        const as = rightAsker(route);
        for (const key of [undefined, 'short']) {
          const keyless = await ask(route, { as, headers: { 'idempotency-key': key } });
          expect(refusal(keyless, route)).toBe(`${route.name} 400 idempotency-key-missing`);
        }
        const headers = { 'idempotency-key': `twice-${newId()}` };
        const first = await ask(route, { as, headers });
        const again = await ask(route, { as, headers });
        const isReplay = again.headers.get('idempotency-replayed') === 'true';
        if (first.status >= 400) {
          // Nothing was done, so nothing is kept of it.
          expect([again.status, again.code, isReplay]).toEqual([first.status, first.code, false]);
          return;
        }
        made.push(route.name);
        if (route.guard.answersSecret === true) expect(again.code).toBe('answer-not-kept');
        else expect([again.status, again.text, isReplay]).toEqual([first.status, first.text, true]);
        const other = await ask(route, { as, headers, query: '?another' });
        expect(refusal(other, route)).toBe(`${route.name} 422 idempotency-key-reused`);
      },
    );
    // Most can be made of the description's example alone, and not one was made twice.
    expect(made).toEqual(
      expect.arrayContaining(['makeEvent', 'addCategory', 'makeEnrolmentCode', 'noteCase']),
    );
  });

  it('takes what a gate signed once', async () => {
    await every(
      ({ guard, name }) => guard.who === 'gate' && name !== 'enrolGate',
      async (route) => {
        const first = await ask(route, { as: world.hallGate });
        expect(first.status, refusal(first, route)).not.toBe(401);
        const again = await ask(route, { headers: Object.fromEntries(first.sent) });
        expect(refusal(again, route)).toBe(`${route.name} 401 replayed`);
      },
    );
  });

  it('answers those who may ask: what was refused before was refused for its one reason', async () => {
    await every(
      ({ method, guard }) => method === 'GET' && guard.who !== 'anyone',
      async (route) => {
        const { status, text } = await ask(route, { as: rightAsker(route) });
        expect(status, `${route.name}: ${text}`).toBe(200);
      },
    );
    await every(
      (route) => route.method !== 'GET' && route.inPath.length > 0 && isForPeople(route),
      async (route) => {
        const answered = await ask(route, { as: rightAsker(route) });
        expect([401, 403, 404], refusal(answered, route)).not.toContain(answered.status);
      },
    );
  });

  it('is logged, each time, without a word of what was sent or of whom it was about', async () => {
    const log = running.lines.join('\n');
    expect(running.lines.length).toBeGreaterThan(5 * routes.length);
    const { service, pin } = running;
    const hashes = await service.store.db.selectFrom('bindings').select('serial_hash').execute();
    const cookies = [...Object.values(world.hall), ...Object.values(world.others)];
    const unsaid = [
      pin,
      'Aoki',
      'a long walk',
      'no-such-field',
      ...cookies.map((cookie) => cookie.split('=')[1] ?? ''),
      ...Object.values(world.ids),
      ...hashes.flatMap(({ serial_hash: hash }) => [hash.toString('hex'), hash.toString('base64')]),
    ];
    expect(unsaid).not.toContain('');
    for (const each of unsaid) expect(log).not.toContain(each);
  });
});
