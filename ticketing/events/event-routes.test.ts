import { afterAll, beforeAll, expect, it } from 'vitest';
import { SaleWorld } from '../../test/box-office/sale-world.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms, type Answer, type Question } from '../../test/ticketing/ask-room.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { sessionRoutes } from './session-routes.ts';

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

const settings = {
  title: { ja: '初日', en: 'First night' },
  startsAt: '2027-04-03T18:00:00+09:00',
  saleFrom: '2026-04-01T00:00:00+09:00',
  saleUntil: '2027-04-03T12:00:00+09:00',
};
const windows = [{ from: '2027-04-03T17:00:00+09:00', until: '2027-04-03T19:00:00+09:00' }];
const session = {
  ...settings,
  name: 'first-night',
  rules: { entry: 'after-exit', windows },
  categories: [{ name: 'S', text: { ja: 'S席', en: 'S seat' }, price: 8000 }],
  seatMap: 'label,category\nA-1,S\nA-2,S\n',
};
let count = 0;
const event = (...sessions: object[]) => ({
  name: `routes-${(count += 1)}`,
  text: { ja: '春', en: 'Spring' },
  sessions,
});

interface Shown {
  readonly id: string;
  readonly revision: number;
  readonly sessions: readonly { readonly id: string }[];
  readonly settings: object;
  readonly categories: readonly { readonly id: string; readonly name: string }[];
}

describeEachDatabase('the routes of events', (database) => {
  const scene = async () => {
    const store = await database.newStore();
    const [organiser, elsewhere] = ['o1', 'o2'].map(
      (organisation) => ({ person: 'p1', organisation, role: 'organiser' }) as const,
    );
    for (const id of ['o1', 'o2'])
      await store.db.insertInto('organisations').values({ id, name: 'Hall', created_at: 0 }).execute();
    const parts = { store, events: world.events(store) };
    const ask = askRooms(store, [
      eventRoutes(parts),
      sessionRoutes(parts),
      catalogueRoutes({ store, now: () => world.now }),
    ]);
    const as = (request: string, question: Question = {}): Promise<Answer> =>
      ask(request, {
        as: organiser,
        ...question,
        headers: { 'idempotency-key': `the-key-of-a-test-${(count += 1)}`, ...question.headers },
      });
    const made = async (...sessions: object[]): Promise<Shown> =>
      (await as('POST /api/events', { body: event(...sessions) })).body as Shown;
    const show = async (id: string): Promise<Shown> => (await as(`GET /api/sessions/${id}`)).body as Shown;
    const ifMatch = (revision: number) => ({ headers: { 'if-match': `"${revision}"` } });
    return { store, ask, as, made, show, ifMatch, elsewhere };
  };

  it('make an event with its session, show it, and put it on sale for everybody to see', async () => {
    const { as, ask, ifMatch } = await scene();
    const made = await as('POST /api/events', { body: event(session) });
    const { id, sessions } = made.body as Shown;
    expect(made).toMatchObject({
      status: 201,
      body: { state: 'draft', sessions: [{ name: 'first-night' }] },
    });
    expect(made.headers.get('location')).toBe(`/api/events/${id}`);
    expect((await as(`GET /api/events/${id}`)).body).toEqual(made.body);
    expect(await as('GET /api/events')).toMatchObject({ body: { items: [{ id }], next: null } });

    const first = sessions[0]?.id ?? '';
    const state = `PUT /api/sessions/${first}/state`;
    const onSale = await as(state, { ...ifMatch(1), body: { state: 'on-sale' } });
    expect(onSale).toMatchObject({
      status: 200,
      body: { state: 'on-sale', categories: [{ seats: { free: 2, held: 0, sold: 0, blocked: 0 } }] },
    });
    expect(onSale.headers.get('etag')).toBe('"2"');
    const catalogue = await ask('GET /api/catalogue');
    expect(catalogue).toMatchObject({ status: 200, body: { events: [{ id, sessions: [{ id: first }] }] } });
    const etag = catalogue.headers.get('etag') ?? '';
    const again = { headers: { 'if-none-match': `W/${etag}` } };
    expect(await ask('GET /api/catalogue', again)).toMatchObject({ status: 304, body: '' });
    expect(await ask('GET /api/catalogue', { headers: { 'if-none-match': '"x"' } })).toMatchObject({
      status: 200,
    });
  });

  it('take settings back as they were shown', async () => {
    const { as, made, show, ifMatch } = await scene();
    const { id: eventId, sessions, settings: ofEvent } = await made(session);
    const id = sessions[0]?.id ?? '';
    const shown = await show(id);
    expect(shown.settings).toMatchObject({
      startsAt: '2027-04-03T09:00:00.000Z',
      rules: { entry: 'after-exit', windows: [{ from: '2027-04-03T08:00:00.000Z' }] },
    });
    const changed = await as(`PUT /api/sessions/${id}`, { ...ifMatch(1), body: shown.settings });
    expect(changed).toMatchObject({ status: 200, body: { settings: shown.settings, revision: 2 } });
    const text = { ja: '夏', en: 'Summer' };
    const renamed = await as(`PUT /api/events/${eventId}`, { ...ifMatch(1), body: { ...ofEvent, text } });
    expect(renamed).toMatchObject({ status: 200, body: { text, revision: 2 } });
  });

  it('add sessions, categories, places and seats, and block some', async () => {
    const { as, made, ifMatch } = await scene();
    const { id: eventId } = await made();
    const added = await as(`POST /api/events/${eventId}/sessions`, { body: session });
    const { id } = added.body as Shown;
    expect(added.status).toBe(201);
    const standing = { name: 'standing', text: { ja: '立見', en: 'Standing' }, price: 0 };
    const withCategory = await as(`POST /api/sessions/${id}/categories`, { ...ifMatch(1), body: standing });
    const named = ({ body }: Answer, name: string) =>
      (body as Shown).categories.find((each) => each.name === name);
    const category = named(withCategory, 'standing')?.id ?? '';
    const path = `/api/sessions/${id}/categories/${category}`;
    const more = await as(`POST ${path}/places`, { ...ifMatch(2), body: { count: 30 } });
    expect(more.status).toBe(201);
    expect(named(more, 'S')).toMatchObject({ seats: { free: 2 } });
    expect(named(more, 'standing')).toMatchObject({ seats: { free: 30 } });
    const price = { text: standing.text, price: 500 };
    expect(named(await as(`PUT ${path}`, { ...ifMatch(3), body: price }), 'standing')).toMatchObject({
      price: 500,
    });
    const csv = { headers: { 'if-match': '"4"', 'content-type': 'text/csv' } };
    const map = `PUT /api/sessions/${id}/seats`;
    expect(await as(map, { ...csv, body: 'label,category\nB-1,S\nB-2,X\nB-1,S' })).toMatchObject({
      status: 400,
    });
    expect(await as(map, { ...csv, body: 'label,category,x\nB-1,S,2.5\n' })).toMatchObject({ status: 200 });
    const seats = await as(`GET /api/sessions/${id}/seats?limit=1`);
    const { items, next } = seats.body as { items: { id: string }[]; next: string };
    expect(next).not.toBeNull();
    expect((await as(`GET /api/sessions/${id}/seats?after=${next}`)).body).toMatchObject({ next: null });
    const block = { seats: items.map((seat) => seat.id), state: 'blocked' };
    expect(await as(`${map}/state`, { ...ifMatch(5), body: block })).toMatchObject({ status: 200 });
    expect(await as(`GET /api/sessions/${id}/seats?limit=1`)).toMatchObject({
      body: { items: [{ state: 'blocked' }] },
    });
  });

  it('name each line of a seat map that is wrong', async () => {
    const { as, made } = await scene();
    const { sessions } = await made(session);
    const map = `PUT /api/sessions/${sessions[0]?.id ?? ''}/seats`;
    const headers = { 'if-match': '"1"', 'content-type': 'text/csv' };
    const body = 'label,category\nB-1,S\nB-1,S\n,S\n';
    const wrong = await as(map, { headers, body });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'seat-map-wrong' } });
    expect(JSON.stringify(wrong.body)).toMatch(/line 3: .*line 4: /);
  });

  it('refuse what was not seen, is not in order, or is another organisation’s', async () => {
    const { as, ask, made, ifMatch, elsewhere } = await scene();
    const { id: eventId, sessions } = await made(session);
    const id = sessions[0]?.id ?? '';
    const state = `PUT /api/sessions/${id}/state`;
    const close = { body: { state: 'closed' } };
    expect(await as(state, close)).toMatchObject({ status: 428 });
    expect(await as(state, { ...close, ...ifMatch(7) })).toMatchObject({
      status: 412,
      body: { code: 'changed-meanwhile' },
    });
    expect(await as(state, { ...close, ...ifMatch(1) })).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    });
    const paths = [`events/${eventId}`, `sessions/${id}`, `sessions/${id}/seats`];
    for (const path of paths)
      expect(await as(`GET /api/${path}`, { as: elsewhere })).toMatchObject({ status: 404 });
    expect(await as(state, { ...close, ...ifMatch(1), as: elsewhere })).toMatchObject({ status: 404 });
    expect(await as('GET /api/events', { as: elsewhere })).toMatchObject({ body: { items: [] } });
    const desk = { person: 'p2', organisation: 'o1', role: 'desk' } as const;
    expect(await as(state, { ...close, ...ifMatch(1), as: desk })).toMatchObject({ status: 403 });
    expect(await ask(`GET /api/events/${eventId}`)).toMatchObject({ status: 401 });
    const wrong = await as('POST /api/events', { body: { ...event(), quota: 0, colour: 'red' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    expect(JSON.stringify(wrong.body)).toMatch(/quota.*colour/);
  });

  it('describe what they take as it is sent', async () => {
    const { ask } = await scene();
    const { body } = await ask('GET /openapi.json');
    const { components } = body as { components: { schemas: Record<string, object> } };
    expect(components.schemas['SessionSettings']).toMatchObject({
      type: 'object',
      required: ['title', 'startsAt', 'saleFrom', 'saleUntil'],
      properties: { startsAt: { type: 'string', format: 'date-time' }, quota: { type: 'integer' } },
      additionalProperties: false,
    });
  });
});
