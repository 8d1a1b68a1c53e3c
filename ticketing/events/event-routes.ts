import { createRoute, z } from '@hono/zod-openapi';
import { describedAs } from '../http/described.ts';
import { forPeople } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { problemsOf } from '../http/problem.ts';
import { etagOf, seenRevision } from '../http/revision.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { EventError } from './event-error.ts';
import { eventFields, eventSettings, sessionFields } from './event-fields.ts';
import { eventLine, eventView, lineOfEvent, readEvent, readSession, sessionView } from './event-views.ts';
import type { Events } from './events.ts';

const params = z.strictObject({ event: z.string().min(1).max(64) });
/** A seat map of 200,000 seats fits. */
export const mostMapBytes = 24 * 1024 * 1024;

const listEvents = createRoute({
  method: 'get',
  path: '/api/events',
  operationId: 'listEvents',
  tags: ['events'],
  summary: 'The organisation’s events, the newest first.',
  ...forPeople(['owner', 'organiser', 'desk', 'auditor']),
  request: { query: pageQuery },
  responses: { 200: answer(pageOf(eventLine), 'A page of events.') },
});

const makeEvent = createRoute({
  method: 'post',
  path: '/api/events',
  operationId: 'makeEvent',
  tags: ['events'],
  summary: 'Makes an event, with its sessions, seats and its key; whole or not at all.',
  ...forPeople(['owner', 'organiser'], { creates: true, mostBytes: mostMapBytes }),
  request: { body: jsonBody(describedAs('EventFields', eventFields)) },
  responses: { 201: answer(eventView, 'The event, a draft.') },
});

const showEvent = createRoute({
  method: 'get',
  path: '/api/events/{event}',
  operationId: 'showEvent',
  tags: ['events'],
  summary: 'Shows an event and its sessions.',
  ...forPeople(['owner', 'organiser', 'desk', 'auditor']),
  request: { params },
  responses: { 200: answer(eventView, 'The event; its ETag is what If-Match takes.') },
});

const changeEvent = createRoute({
  method: 'put',
  path: '/api/events/{event}',
  operationId: 'changeEvent',
  tags: ['events'],
  summary: 'Changes what an event is called, its quota, and when it is erased.',
  ...forPeople(['owner', 'organiser'], { changes: true }),
  request: { params, body: jsonBody(describedAs('EventSettings', eventSettings)) },
  responses: { 200: answer(eventView, 'The event as it is now.') },
});

const addSession = createRoute({
  method: 'post',
  path: '/api/events/{event}/sessions',
  operationId: 'addSession',
  tags: ['events'],
  summary: 'Adds a session, with its categories and seats.',
  ...forPeople(['owner', 'organiser'], { creates: true, mostBytes: mostMapBytes }),
  request: { params, body: jsonBody(describedAs('SessionFields', sessionFields)) },
  responses: { 201: answer(sessionView, 'The session, a draft.') },
});

export interface EventRoutesParts {
  readonly store: Pick<Store, 'db'>;
  readonly events: Events;
}

/** Lets organisers set up events; what follows for a session is in session-routes. */
export function eventRoutes({ store: { db }, events }: EventRoutesParts): Room {
  const routes = roomRoutes();
  const shown = async (organisation: string, id: string): Promise<z.output<typeof eventView>> => {
    const event = await readEvent(db, organisation, id);
    if (event === undefined) throw notFound('event');
    return event;
  };

  routes.openapi(listEvents, async (context) => {
    const { after, limit } = context.req.valid('query');
    let query = db
      .selectFrom('events')
      .selectAll()
      .where('organisation_id', '=', context.var.actor.organisation);
    if (after !== undefined) query = query.where('id', '<', after);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return context.json(
      pageFrom(rows, limit, ({ id }) => id, lineOfEvent),
      200,
    );
  });
  routes.openapi(makeEvent, async (context) => {
    const { actor } = context.var;
    const { event: id } = await events.make(actor, context.req.valid('json'));
    const event = await shown(actor.organisation, id);
    return context.json(event, 201, { etag: etagOf(event.revision), location: `/api/events/${id}` });
  });
  routes.openapi(showEvent, async (context) => {
    const event = await shown(context.var.actor.organisation, context.req.valid('param').event);
    return context.json(event, 200, { etag: etagOf(event.revision) });
  });
  routes.openapi(changeEvent, async (context) => {
    const { actor } = context.var;
    const { event: id } = context.req.valid('param');
    const seen = { event: id, revision: seenRevision(context) };
    await events.change(actor, seen, context.req.valid('json'));
    const event = await shown(actor.organisation, id);
    return context.json(event, 200, { etag: etagOf(event.revision) });
  });
  routes.openapi(addSession, async (context) => {
    const { actor } = context.var;
    const { event } = context.req.valid('param');
    const id = await events.addSession(actor, event, context.req.valid('json'));
    const session = await readSession(db, actor.organisation, id);
    if (session === undefined) throw notFound('session');
    return context.json(session, 201, {
      etag: etagOf(session.revision),
      location: `/api/sessions/${id}`,
    });
  });
  return { routes, problems: [eventProblems] };
}

const eventProblems = problemsOf(EventError, {
  'wrong-field': 400,
  'seat-map-wrong': 400,
  'name-taken': 409,
  'not-found': 404,
  'changed-meanwhile': 412,
  'wrong-state': 409,
  'not-ready': 409,
  'has-tickets': 409,
});
