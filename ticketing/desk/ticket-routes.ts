import { createRoute, z } from '@hono/zod-openapi';
import { numberLength } from '../applications/accept.ts';
import { recordAct } from '../audit/record-act.ts';
import { claimProblems, claimView } from '../claims/claim-routes.ts';
import { shownClaim } from '../claims/claim-link.ts';
import { endOpenClaims, issueClaim } from '../claims/issue-claim.ts';
import { issuePartyCode } from '../claims/party.ts';
import { readUnclaimed } from '../claims/unclaimed.ts';
import { readSpokenCode } from '../codes/spoken-code.ts';
import { forPeople } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { findTicket } from './find-ticket.ts';
import { readTicketView, ticketInList, ticketView } from './ticket-views.ts';

const tags = ['desk'];
const readers = ['owner', 'organiser', 'desk', 'auditor'] as const;
const workers = ['owner', 'organiser', 'desk'] as const;
const id = z.string().min(1).max(64);
const params = z.strictObject({ ticket: id });
const number = z.string().min(1).max(64).optional();

const list = createRoute({
  method: 'get',
  path: '/api/tickets',
  operationId: 'listTickets',
  tags,
  summary: 'Tickets, the newest first: of a session, of an application, or the one of a number.',
  ...forPeople([...readers]),
  request: {
    query: pageQuery.extend({
      session: id.optional(),
      number: number.meta({ description: 'The ticket’s, as printed or typed.' }),
      application: number.meta({ description: 'The application’s number, as printed or typed.' }),
      state: z.enum(['reserved', 'valid', 'ended']).optional(),
    }),
  },
  responses: { 200: answer(pageOf(ticketInList), 'A page of tickets.') },
});

const show = createRoute({
  method: 'get',
  path: '/api/tickets/{ticket}',
  operationId: 'showTicket',
  tags,
  summary: 'Shows a ticket with its cards; nothing by which a card or a person is known.',
  ...forPeople([...readers]),
  request: { params },
  responses: { 200: answer(ticketView, 'The ticket.') },
});

const claim = createRoute({
  method: 'post',
  path: '/api/tickets/{ticket}/claims',
  operationId: 'issueClaimAtDesk',
  tags,
  summary:
    'Issues the claim of a ticket, in place of any earlier; with more time than the session gives, where wanted.',
  ...forPeople([...workers], { creates: true, answersSecret: true }),
  request: {
    params,
    body: jsonBody(
      z.strictObject({
        until: z.iso
          .datetime({ offset: true })
          .optional()
          .meta({ description: 'Until the session’s gates close at most.' }),
      }),
    ),
  },
  responses: { 201: answer(claimView, 'The claim, to be handed to the companion.') },
});

const recall = createRoute({
  method: 'post',
  path: '/api/tickets/{ticket}/claims/recall',
  operationId: 'recallClaimAtDesk',
  tags,
  summary: 'Recalls the claim of a ticket: its code serves for nothing from now on.',
  ...forPeople([...workers]),
  request: { params },
  responses: { 200: answer(ticketView, 'The ticket.') },
});

const partyCode = createRoute({
  method: 'post',
  path: '/api/applications/{application}/party-codes',
  operationId: 'issuePartyCodeAtDesk',
  tags,
  summary: 'Issues the code by which a representative looks after the tickets, in place of any earlier.',
  ...forPeople([...workers], { creates: true, answersSecret: true }),
  request: { params: z.strictObject({ application: id }) },
  responses: {
    201: answer(
      z.strictObject({ code: z.string().meta({ description: 'Shown this once, and kept nowhere.' }) }),
      'The code, for the representative alone.',
    ),
  },
});

const binding = createRoute({
  method: 'get',
  path: '/api/sessions/{session}/binding',
  operationId: 'showBinding',
  tags,
  summary: 'How far the binding of a session’s tickets has come.',
  ...forPeople([...readers]),
  request: { params: z.strictObject({ session: id }) },
  responses: {
    200: answer(
      z
        .strictObject({
          valid: z.int(),
          unbound: z.int().meta({ description: 'Of those that need a card of their own: without one.' }),
          claimable: z.int().meta({ description: 'Of the unbound: with an open claim.' }),
        })
        .openapi('BindingFigures'),
      'The figures as they are now.',
    ),
  },
});

export interface TicketRoutesParts {
  readonly store: Store;
  readonly publicUrl: URL;
  readonly now: () => number;
}

/** Lets a desk find tickets, and issue and recall what companions bind their cards by. */
export function ticketRoutes({ store, publicUrl, now }: TicketRoutesParts): Room {
  const routes = roomRoutes();
  routes.openapi(list, async (context) => {
    const { limit, ...wanted } = context.req.valid('query');
    const rows = await listedTickets(store, context.var.actor.organisation, { ...wanted, limit: limit + 1 });
    return context.json(
      pageFrom(
        rows,
        limit,
        (row) => row.id,
        (row) => row,
      ),
      200,
    );
  });
  routes.openapi(show, async (context) => {
    const { ticket } = context.req.valid('param');
    return context.json(await readTicketView(store.db, context.var.actor.organisation, ticket), 200);
  });
  routes.openapi(claim, async (context) => {
    const { actor } = context.var;
    const { ticket } = context.req.valid('param');
    const { until } = context.req.valid('json');
    const issued = await store.transaction(async (tables) => {
      await findTicket(tables, actor.organisation, ticket);
      const at = { ticket, now: now(), ...(until === undefined ? {} : { until: Date.parse(until) }) };
      const made = await issueClaim(tables, store.kind, at);
      await recordAct(tables, { ...actor, act: 'claims.issue', subject: ticket }, now());
      return made;
    });
    return context.json(shownClaim(issued, publicUrl), 201);
  });
  routes.openapi(recall, async (context) => {
    const { actor } = context.var;
    const { ticket } = context.req.valid('param');
    await store.transaction(async (tables) => {
      await findTicket(tables, actor.organisation, ticket);
      if (!(await endOpenClaims(tables, [ticket], 'recalled', now()))) return;
      await recordAct(tables, { ...actor, act: 'claims.recall', subject: ticket }, now());
    });
    return context.json(await readTicketView(store.db, actor.organisation, ticket), 200);
  });
  routes.openapi(partyCode, async (context) => {
    const { actor } = context.var;
    const { application } = context.req.valid('param');
    const code = await store.transaction(async (tables) => {
      const row = await tables
        .selectFrom('applications')
        .innerJoin('events', 'events.id', 'applications.event_id')
        .select('applications.id')
        .where('applications.id', '=', application)
        .where('events.organisation_id', '=', actor.organisation)
        .executeTakeFirst();
      if (row === undefined) throw notFound('application');
      await recordAct(tables, { ...actor, act: 'parties.code', subject: application }, now());
      return issuePartyCode(tables, application, now());
    });
    return context.json({ code }, 201);
  });
  routes.openapi(binding, async (context) => {
    const { session } = context.req.valid('param');
    const row = await store.db
      .selectFrom('sessions')
      .innerJoin('events', 'events.id', 'sessions.event_id')
      .select('sessions.id')
      .where('sessions.id', '=', session)
      .where('events.organisation_id', '=', context.var.actor.organisation)
      .executeTakeFirst();
    if (row === undefined) throw notFound('session');
    return context.json(await readUnclaimed(store, session), 200);
  });
  return { routes, problems: [claimProblems] };
}

interface Wanted {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly session?: string | undefined;
  readonly number?: string | undefined;
  readonly application?: string | undefined;
  readonly state?: 'reserved' | 'valid' | 'ended' | undefined;
}

async function listedTickets(
  { db }: Store,
  organisation: string,
  { limit, after, session, number: ofTicket, application, state }: Wanted,
): Promise<z.output<typeof ticketInList>[]> {
  let query = db
    .selectFrom('tickets')
    .innerJoin('events', 'events.id', 'tickets.event_id')
    .innerJoin('seats', 'seats.id', 'tickets.seat_id')
    .leftJoin('applications', 'applications.id', 'tickets.application_id')
    .select((eb) => [
      'tickets.id',
      'tickets.number',
      'tickets.session_id as session',
      'tickets.application_id as application',
      'applications.number as applicationNumber',
      'tickets.place',
      'seats.label as seat',
      'tickets.state',
      'tickets.ended_why as endedWhy',
      eb
        .exists(
          eb
            .selectFrom('bindings')
            .select('bindings.id')
            .whereRef('bindings.ticket_id', '=', 'tickets.id')
            .where('bindings.state', '=', 'active'),
        )
        .as('bound'),
    ])
    .where('events.organisation_id', '=', organisation);
  if (after !== undefined) query = query.where('tickets.id', '<', after);
  if (session !== undefined) query = query.where('tickets.session_id', '=', session);
  if (ofTicket !== undefined) query = query.where('tickets.number', 'in', asTyped(ofTicket));
  if (application !== undefined) query = query.where('applications.number', 'in', asTyped(application));
  if (state !== undefined) query = query.where('tickets.state', '=', state);
  const rows = await query.orderBy('tickets.id', 'desc').limit(limit).execute();
  return rows.map(({ bound, ...row }) => ({ ...row, bound: Boolean(bound) }));
}

/** A number as it stands, and as it was typed; one that was imported has its own form. */
function asTyped(typed: string): string[] {
  return [typed, readSpokenCode(typed, numberLength) ?? typed];
}
