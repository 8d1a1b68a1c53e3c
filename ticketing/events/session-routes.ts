import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { describedAs } from '../http/described.ts';
import { forPeople } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { etagOf, seenRevision } from '../http/revision.ts';
import { answer, jsonBody, roomRoutes, type PeopleEnv, type Room } from '../http/room.ts';
import { categoryFields, placesFields, sessionSettings } from './event-fields.ts';
import { mostMapBytes, type EventRoutesParts } from './event-routes.ts';
import {
  readSession,
  seatView,
  sessionStates,
  sessionView,
  viewOfSeat,
  type SessionView,
} from './event-views.ts';
import type { SeenSession } from './events.ts';
import { seatsOf } from './seat-map.ts';

const id = z.string().min(1).max(64);
const params = z.strictObject({ session: id });
const ofCategory = params.extend({ category: id });
const seatQuery = pageQuery.extend({
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  category: id.optional(),
});
const tags = ['sessions'];
const editors = ['owner', 'organiser'] as const;
const changed = { 200: answer(sessionView, 'The session as it is now.') };

const showSession = createRoute({
  method: 'get',
  path: '/api/sessions/{session}',
  operationId: 'showSession',
  tags,
  summary: 'Shows a session, its categories, and how many seats of each are free, held and sold.',
  ...forPeople(['owner', 'organiser', 'desk', 'auditor']),
  request: { params },
  responses: { 200: answer(sessionView, 'The session; its ETag is what If-Match takes.') },
});

const changeSession = createRoute({
  method: 'put',
  path: '/api/sessions/{session}',
  operationId: 'changeSession',
  tags,
  summary: 'Changes a session’s times, texts, quota, rules and receipt.',
  ...forPeople([...editors], { changes: true }),
  request: { params, body: jsonBody(describedAs('SessionSettings', sessionSettings)) },
  responses: changed,
});

const setState = createRoute({
  method: 'put',
  path: '/api/sessions/{session}/state',
  operationId: 'setSessionState',
  tags,
  summary: 'Puts a session on sale, closes its sale, opens it again, or cancels it for good.',
  ...forPeople([...editors], { changes: true }),
  request: { params, body: jsonBody(z.strictObject({ state: z.enum(sessionStates) })) },
  responses: changed,
});

const addCategory = createRoute({
  method: 'post',
  path: '/api/sessions/{session}/categories',
  operationId: 'addCategory',
  tags,
  summary: 'Adds a category, with its places where they have no numbers.',
  ...forPeople([...editors], { creates: true, changes: true }),
  request: { params, body: jsonBody(describedAs('CategoryFields', categoryFields)) },
  responses: { 201: answer(sessionView, 'The session as it is now.') },
});

const changeCategory = createRoute({
  method: 'put',
  path: '/api/sessions/{session}/categories/{category}',
  operationId: 'changeCategory',
  tags,
  summary: 'Changes what a category is called, and its price while nobody has a ticket of it.',
  ...forPeople([...editors], { changes: true }),
  request: {
    params: ofCategory,
    body: jsonBody(describedAs('CategorySettings', categoryFields.pick({ text: true, price: true }))),
  },
  responses: changed,
});

const addPlaces = createRoute({
  method: 'post',
  path: '/api/sessions/{session}/categories/{category}/places',
  operationId: 'addPlaces',
  tags,
  summary: 'Adds places without numbers to a category.',
  ...forPeople([...editors], { creates: true, changes: true }),
  request: { params: ofCategory, body: jsonBody(describedAs('PlacesFields', placesFields)) },
  responses: { 201: answer(sessionView, 'The session as it is now.') },
});

const putSeats = createRoute({
  method: 'put',
  path: '/api/sessions/{session}/seats',
  operationId: 'putSeats',
  tags,
  summary: 'Puts a seat map in place of the one that is there, as long as there are no tickets.',
  description:
    'CSV, UTF-8 or Shift_JIS, with the columns label and category, and zone, doors, flags, x and y where they matter; doors and flags are several with a semicolon between. Its order is that in which seats are given out. Each wrong line is named, and nothing is taken then.',
  ...forPeople([...editors], { changes: true, takes: 'text/csv', mostBytes: mostMapBytes }),
  request: {
    params,
    body: { required: true, content: { 'text/csv': { schema: z.string() } } },
  },
  responses: changed,
});

const listSeats = createRoute({
  method: 'get',
  path: '/api/sessions/{session}/seats',
  operationId: 'listSeats',
  tags,
  summary: 'The numbered seats and other places of a session.',
  ...forPeople(['owner', 'organiser', 'desk', 'auditor']),
  request: { params, query: seatQuery },
  responses: { 200: answer(pageOf(seatView), 'A page of seats.') },
});

const blockSeats = createRoute({
  method: 'put',
  path: '/api/sessions/{session}/seats/state',
  operationId: 'blockSeats',
  tags,
  summary: 'Takes free seats out of the sale, or puts them back.',
  ...forPeople([...editors], { changes: true, mostBytes: 1024 * 1024 }),
  request: {
    params,
    body: jsonBody(
      z.strictObject({ seats: z.array(id).min(1).max(10_000), state: z.enum(['blocked', 'free']) }),
    ),
  },
  responses: changed,
});

/** Lets organisers see and change a session and what it sells. */
export function sessionRoutes({ store: { db }, events }: EventRoutesParts): Room {
  const routes = roomRoutes();
  const seen = (context: Context<PeopleEnv>, session: string): SeenSession => ({
    session,
    revision: seenRevision(context),
  });
  const shown = async (
    context: Context<PeopleEnv>,
    session: string,
  ): Promise<{ view: SessionView; headers: { etag: string } }> => {
    const view = await readSession(db, context.var.actor.organisation, session);
    if (view === undefined) throw notFound('session');
    return { view, headers: { etag: etagOf(view.revision) } };
  };

  routes.openapi(showSession, async (context) => {
    const { view, headers } = await shown(context, context.req.valid('param').session);
    return context.json(view, 200, headers);
  });
  routes.openapi(changeSession, async (context) => {
    const { session } = context.req.valid('param');
    await events.changeSession(context.var.actor, seen(context, session), context.req.valid('json'));
    const { view, headers } = await shown(context, session);
    return context.json(view, 200, headers);
  });
  routes.openapi(setState, async (context) => {
    const { session } = context.req.valid('param');
    await events.setState(context.var.actor, seen(context, session), context.req.valid('json').state);
    const { view, headers } = await shown(context, session);
    return context.json(view, 200, headers);
  });
  routes.openapi(addCategory, async (context) => {
    const { session } = context.req.valid('param');
    await events.addCategory(context.var.actor, seen(context, session), context.req.valid('json'));
    const { view, headers } = await shown(context, session);
    return context.json(view, 201, headers);
  });
  routes.openapi(changeCategory, async (context) => {
    const { session, category } = context.req.valid('param');
    const fields = context.req.valid('json');
    await events.changeCategory(context.var.actor, seen(context, session), category, fields);
    const { view, headers } = await shown(context, session);
    return context.json(view, 200, headers);
  });
  routes.openapi(addPlaces, async (context) => {
    const { session, category } = context.req.valid('param');
    const places = context.req.valid('json');
    await events.addPlaces(context.var.actor, seen(context, session), category, places);
    const { view, headers } = await shown(context, session);
    return context.json(view, 201, headers);
  });
  routes.openapi(putSeats, async (context) => {
    const { session } = context.req.valid('param');
    await events.putSeats(context.var.actor, seen(context, session), seatsOf(context.var.body));
    const { view, headers } = await shown(context, session);
    return context.json(view, 200, headers);
  });
  routes.openapi(listSeats, async (context) => {
    const { session } = context.req.valid('param');
    await shown(context, session);
    const { after, limit, category } = context.req.valid('query');
    let query = db.selectFrom('seats').selectAll().where('session_id', '=', session);
    if (after !== undefined) query = query.where('id', '>', after);
    if (category !== undefined) query = query.where('category_id', '=', category);
    const rows = await query
      .orderBy('id')
      .limit(limit + 1)
      .execute();
    return context.json(
      pageFrom(rows, limit, ({ id: seat }) => seat, viewOfSeat),
      200,
    );
  });
  routes.openapi(blockSeats, async (context) => {
    const { session } = context.req.valid('param');
    const { seats, state } = context.req.valid('json');
    const { actor } = context.var;
    await events.setBlocked(actor, seen(context, session), seats, state === 'blocked');
    const { view, headers } = await shown(context, session);
    return context.json(view, 200, headers);
  });
  return { routes, problems: [] };
}
