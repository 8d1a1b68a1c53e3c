import { createRoute, z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { CodedError } from '../../hsm/coded-error.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms } from '../../test/ticketing/ask-room.ts';
import { forAnyone, forPeople } from './guard.ts';
import { forgetIdempotencyKeys } from './idempotency.ts';
import { notFound } from './http-error.ts';
import { problemsOf } from './problem.ts';
import { etagOf, requireRevision, seenRevision } from './revision.ts';
import { answer, jsonBody, roomRoutes, type Room } from './room.ts';

class LampError extends CodedError<'burnt-out'> {}

const lamp = z.strictObject({ id: z.string(), watts: z.int().min(1).max(100) }).openapi('Lamp');
const params = z.strictObject({ lamp: z.string().max(64) });

const makeLamp = createRoute({
  method: 'post',
  path: '/api/lamps',
  ...forPeople(['organiser'], { creates: true }),
  request: { body: jsonBody(lamp.omit({ id: true })) },
  responses: { 201: answer(lamp, 'The lamp.') },
});
const makeKey = createRoute({
  method: 'post',
  path: '/api/keys',
  ...forPeople(['owner'], { creates: true, answersSecret: true }),
  responses: { 201: answer(z.strictObject({ secret: z.string() }), 'The secret.') },
});
const changeLamp = createRoute({
  method: 'put',
  path: '/api/lamps/{lamp}',
  ...forPeople(['owner', 'organiser'], { changes: true, mostBytes: 100 }),
  request: { params, body: jsonBody(lamp) },
  responses: { 200: answer(lamp, 'The lamp.') },
});
const showLamp = createRoute({
  method: 'get',
  path: '/api/lamps/{lamp}',
  ...forAnyone({ rate: { perMinute: 60, burst: 20 } }),
  request: { params },
  responses: { 200: answer(lamp, 'The lamp.') },
});

/** A room of lamps, and how often one was made. */
function lamps(): { room: Room; made: () => number; wait: { before: Promise<void> } } {
  const routes = roomRoutes();
  let made = 0;
  const wait = { before: Promise.resolve() };
  routes.openapi(makeLamp, async (context) => {
    await wait.before;
    made += 1;
    const { watts } = context.req.valid('json');
    if (watts === 13) throw new LampError('burnt-out', 'It is burnt out; take another.');
    return context.json({ id: `lamp-${made}`, watts }, 201);
  });
  routes.openapi(makeKey, (context) => {
    made += 1;
    return context.json({ secret: `secret-${made}` }, 201);
  });
  routes.openapi(changeLamp, (context) => {
    requireRevision({ revision: 7 }, seenRevision(context));
    return context.json(context.req.valid('json'), 200, { etag: etagOf(8) });
  });
  routes.openapi(showLamp, (context) => {
    const { lamp: id } = context.req.valid('param');
    if (id === 'none') throw notFound('lamp');
    if (id === 'bug') throw new Error('SELECT password FROM people');
    return context.json({ id, watts: 5 }, 200);
  });
  return {
    room: { routes, problems: [problemsOf(LampError, { 'burnt-out': 409 })] },
    made: () => made,
    wait,
  };
}

const organiser = { person: 'p1', organisation: 'o1', role: 'organiser' } as const;
const owner = { ...organiser, role: 'owner' } as const;
const key = (name: string): Record<string, string> => ({ 'idempotency-key': name.padEnd(16, '.') });

describeEachDatabase('the HTTP frame', (database) => {
  it('asks who it is, and for the role', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    const body = { watts: 5 };
    expect(await ask('POST /api/lamps', { body })).toMatchObject({
      status: 401,
      body: { code: 'not-signed-in' },
    });
    expect(await ask('POST /api/lamps', { as: owner, body })).toMatchObject({
      status: 403,
      body: { code: 'wrong-role', type: 'urn:kazasu:problem:wrong-role' },
    });
  });

  it('does a request once, however often it is sent with its key, and answers the same', async () => {
    const { room, made } = lamps();
    const ask = askRooms(await database.newStore(), [room]);
    const request = { as: organiser, body: { watts: 5 }, headers: key('a') };
    const first = await ask('POST /api/lamps', request);
    const again = await ask('POST /api/lamps', request);
    expect(first).toMatchObject({ status: 201, body: { id: 'lamp-1' } });
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(made()).toBe(1);
    const other = await ask('POST /api/lamps', { ...request, body: { watts: 6 } });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    const colleague = await ask('POST /api/lamps', { ...request, as: { ...organiser, person: 'p2' } });
    expect(colleague).toMatchObject({ status: 201, body: { id: 'lamp-2' } });
  });

  it('refuses the same request while it is worked on, and a request without a key', async () => {
    const { room, made, wait } = lamps();
    const ask = askRooms(await database.newStore(), [room]);
    let goOn: () => void = () => undefined;
    wait.before = new Promise((resolve) => (goOn = resolve));
    const request = { as: organiser, body: { watts: 5 }, headers: key('b') };
    const answers = [ask('POST /api/lamps', request), ask('POST /api/lamps', request)];
    expect(await Promise.race(answers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-in-use' },
    });
    goOn();
    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(made()).toBe(1);
    const keyless = await ask('POST /api/lamps', { as: organiser, body: { watts: 5 } });
    expect(keyless).toMatchObject({ status: 400, body: { code: 'idempotency-key-missing' } });
  });

  it('gives the key back where nothing was done', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    const burnt = await ask('POST /api/lamps', { as: organiser, body: { watts: 13 }, headers: key('c') });
    expect(burnt).toMatchObject({
      status: 409,
      body: { code: 'burnt-out', detail: 'It is burnt out; take another.' },
    });
    const wrong = await ask('POST /api/lamps', { as: organiser, body: { watts: 1000 }, headers: key('c') });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    const right = await ask('POST /api/lamps', { as: organiser, body: { watts: 5 }, headers: key('c') });
    expect(right.status).toBe(201);
  });

  it('keeps no answer that holds a secret', async () => {
    const store = await database.newStore();
    const { room, made } = lamps();
    const ask = askRooms(store, [room]);
    const request = { as: owner, headers: key('d') };
    expect(await ask('POST /api/keys', request)).toMatchObject({ status: 201, body: { secret: 'secret-1' } });
    expect(await ask('POST /api/keys', request)).toMatchObject({
      status: 409,
      body: { code: 'answer-not-kept' },
    });
    expect(made()).toBe(1);
    const kept = await store.db.selectFrom('idempotency_keys').selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain('secret-1');
  });

  it('forgets keys after a day', async () => {
    const store = await database.newStore();
    const ask = askRooms(store, [lamps().room], { now: () => 0 });
    await ask('POST /api/lamps', { as: organiser, body: { watts: 5 }, headers: key('e') });
    const kept = async (): Promise<number> =>
      (await store.db.selectFrom('idempotency_keys').select('key').execute()).length;
    await forgetIdempotencyKeys(store, 24 * 3600_000);
    expect(await kept()).toBe(1);
    await forgetIdempotencyKeys(store, 24 * 3600_000 + 1);
    expect(await kept()).toBe(0);
  });

  it('changes only what was seen as it is', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    const change = { as: owner, body: { id: '1', watts: 5 } };
    const sent = (headers: Record<string, string>): Promise<unknown> =>
      ask('PUT /api/lamps/1', { ...change, headers });
    expect(await sent({})).toMatchObject({ status: 428, body: { code: 'revision-missing' } });
    expect(await sent({ 'if-match': '*' })).toMatchObject({ status: 400 });
    expect(await sent({ 'if-match': '"6"' })).toMatchObject({
      status: 412,
      body: { code: 'revision-changed' },
    });
    const changed = await ask('PUT /api/lamps/1', { ...change, headers: { 'if-match': '"7"' } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe('"8"');
  });

  it('takes bodies as described and no others, and names each wrong field', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    const put = (body: unknown, headers: Record<string, string> = {}): Promise<unknown> =>
      ask('PUT /api/lamps/1', { as: owner, body, headers: { 'if-match': '"7"', ...headers } });
    expect(await put({ id: 'x'.repeat(200), watts: 5 })).toMatchObject({
      status: 413,
      body: { code: 'too-large' },
    });
    expect(await put('id=1', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
      body: { code: 'wrong-type' },
    });
    expect(await put('{')).toMatchObject({ status: 400, body: { detail: 'The body is not JSON.' } });
    expect(await put(Uint8Array.of(0x7b, 0xff, 0x7d))).toMatchObject({
      status: 400,
      body: { detail: 'The body is not UTF-8.' },
    });
    const wrong = await put({ id: 1, watts: 500, colour: 'red' });
    expect(JSON.stringify(wrong)).toMatch(/id: .*watts: .*colour: there is no such field/);
  });

  it('never shows the text of an error that is not its own, and logs it under the request’s id', async () => {
    const lines: string[] = [];
    const ask = askRooms(await database.newStore(), [lamps().room], {
      onLogLine: (line) => lines.push(line),
    });
    const broken = await ask('GET /api/lamps/bug');
    expect(broken).toMatchObject({ status: 500, body: { code: 'unexpected' } });
    expect(JSON.stringify(broken.body)).not.toContain('SELECT');
    const request = broken.headers.get('x-request-id') ?? 'none';
    const failed = lines.find((line) => line.includes('request-failed')) ?? '';
    expect(failed).toContain(request);
    expect(JSON.stringify(broken.body)).toContain(request);
  });

  it('logs routes as written, never paths, queries, headers or bodies', async () => {
    const lines: string[] = [];
    const ask = askRooms(await database.newStore(), [lamps().room], {
      onLogLine: (line) => lines.push(line),
    });
    await ask('GET /api/lamps/s3cret-path?code=s3cret-query', {
      headers: { authorization: 's3cret-header' },
    });
    await ask('GET /s3cret-nowhere');
    await ask('POST /api/lamps', {
      as: organiser,
      body: { watts: 's3cret-body' },
      headers: key('s3cret-key'),
    });
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toContain('s3cret');
    expect(lines.map((line) => (JSON.parse(line) as { route: string }).route)).toEqual([
      'GET /api/lamps/:lamp',
      'none',
      'POST /api/lamps',
    ]);
  });

  it('answers another organisation’s as it answers none, with a problem', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    const none = await ask('GET /api/lamps/none');
    expect(none).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(none.headers.get('content-type')).toBe('application/problem+json');
    expect(await ask('GET /nowhere')).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('lets one asker ask so often, then says how long to wait', async () => {
    let now = 1_800_000_000_000;
    const ask = askRooms(await database.newStore(), [lamps().room], { now: () => now });
    for (let count = 0; count < 20; count += 1) expect((await ask('GET /api/lamps/1')).status).toBe(200);
    const refused = await ask('GET /api/lamps/1');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    now += 1000;
    expect((await ask('GET /api/lamps/1')).status).toBe(200);
  });

  it('refuses what a page of elsewhere sends, and takes what programs and its own pages send', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    const status = async (method: string, headers: Record<string, string>): Promise<number> =>
      (await ask(`${method} /api/lamps/1`, { headers })).status;
    expect(await status('GET', { origin: 'https://elsewhere.example' })).toBe(403);
    expect(await status('GET', { origin: 'null' })).toBe(403);
    expect(await status('GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
    expect(await status('GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBe(403);
    expect(await status('PUT', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(403);
    expect(await status('GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200);
    expect(await status('GET', { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await status('GET', {})).toBe(200);
  });

  it('sends the strict headers with every answer, refusals too', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    for (const request of ['GET /api/lamps/1', 'GET /nowhere', 'GET /reference', 'GET /api/lamps/bug']) {
      const { headers } = await ask(request);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('describes each route with the headers and refusals that its guard brings', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    const { body } = await ask('GET /openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.0' });
    const { paths } = body as {
      paths: Record<string, Record<string, { parameters: object[]; responses: object }>>;
    };
    const make = paths['/api/lamps']?.['post'];
    expect(make?.parameters).toContainEqual(
      expect.objectContaining({ name: 'idempotency-key', in: 'header', required: true }),
    );
    expect(Object.keys(make?.responses ?? {})).toEqual([
      '201',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
  });

  it('counts requests by route, for this machine alone', async () => {
    const ask = askRooms(await database.newStore(), [lamps().room]);
    await ask('GET /api/lamps/17');
    const { body } = await ask('GET /metrics');
    expect(body).toContain('kazasu_http_requests_total{route="GET /api/lamps/:lamp",status="200"} 1');
    expect(body).not.toContain('17"');
    expect(await ask('GET /metrics', { headers: { 'x-forwarded-for': '192.0.2.1' } })).toMatchObject({
      status: 404,
    });
  });

  it('does not start with a route that has no guard', async () => {
    const routes = roomRoutes();
    routes.openapi(
      createRoute({ method: 'get', path: '/api/open', responses: { 204: { description: '' } } }),
      (context) => context.body(null, 204),
    );
    const store = await database.newStore();
    expect(() => askRooms(store, [{ routes, problems: [] }])).toThrow('has no guard');
  });
});
