import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { applicationProblems } from '../applications/application-problems.ts';
import { submissionBody } from '../applications/submission.ts';
import { recordAct } from '../audit/record-act.ts';
import { claimProblems } from '../claims/claim-routes.ts';
import { requireInParty } from '../claims/party.ts';
import { findTicket } from '../desk/find-ticket.ts';
import { clientAddress } from '../http/client-address.ts';
import { forAnyone, forPeople } from '../http/guard.ts';
import { countGuess } from '../http/guess-limit.ts';
import { problemsOf } from '../http/problem.ts';
import { answer, jsonBody, roomRoutes, type Room, type RoomEnv } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { offerTicket, withdrawOffer } from './offer-ticket.ts';
import { ResaleError } from './resale-error.ts';
import type { WaitingList } from './waiting-list.ts';

const tags = ['resale'];
const id = z.string().min(1).max(64);
const code = z.string().min(1).max(100);
const wish = z.enum(['offer', 'withdraw']);
const done = z.strictObject({ ticket: z.string(), onOffer: z.boolean() }).openapi('TicketOnOffer');

const ofParty = createRoute({
  method: 'post',
  path: '/api/parties/resale',
  operationId: 'resellTicket',
  tags,
  summary: 'Offers a ticket at its price to whoever waits, or takes it off offer.',
  description:
    'The representative’s own tickets, and those that nobody has bound. A ticket stays good until another was paid for in its place; its price then goes back to whoever paid.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code, ticket: id, wish })) },
  responses: { 200: answer(done, 'How the ticket stands.') },
});

const atDesk = createRoute({
  method: 'post',
  path: '/api/tickets/{ticket}/resale',
  operationId: 'resellTicketAtDesk',
  tags,
  summary: 'Offers a ticket for whoever stands at the desk, or takes it off offer.',
  ...forPeople(['owner', 'organiser', 'desk']),
  request: { params: z.strictObject({ ticket: id }), body: jsonBody(z.strictObject({ wish })) },
  responses: { 200: answer(done, 'How the ticket stands.') },
});

const join = createRoute({
  method: 'post',
  path: '/api/waiting-list',
  operationId: 'joinWaitingList',
  tags,
  summary: 'Puts a signed application for one ticket on the waiting list of its category.',
  description: 'Sent again, the same application is answered with a new code in place of the one before.',
  ...forAnyone({ mostBytes: 96 * 1024 }),
  request: { body: jsonBody(submissionBody) },
  responses: {
    201: answer(
      z.strictObject({
        application: z.string(),
        code: z.string().meta({ description: 'Shown this once, and kept nowhere.' }),
      }),
      'The code by which the place is looked after.',
    ),
  },
});

const place = createRoute({
  method: 'post',
  path: '/api/waiting-list/look-up',
  operationId: 'lookUpPlace',
  tags,
  summary: 'Says whether a ticket is offered to a place on the waiting list, and until when.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: {
    200: answer(
      z
        .strictObject({
          application: z.string(),
          state: z.enum(['waiting', 'offered']),
          until: z.iso.datetime().optional(),
        })
        .openapi('WaitingPlace'),
      'The place.',
    ),
  },
});

const accept = createRoute({
  method: 'post',
  path: '/api/waiting-list/accept',
  operationId: 'acceptOffer',
  tags,
  summary: 'Accepts what is offered: the ticket is the card’s once it is paid for.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: {
    201: answer(
      z
        .strictObject({
          application: z.string(),
          state: z.enum(['reserved', 'paid']),
          total: z.int(),
          dueAt: z.iso.datetime(),
          slip: z.strictObject({ number: z.string(), url: z.url() }).optional(),
        })
        .openapi('AcceptedOffer'),
      'What is to be paid.',
    ),
  },
});

const leave = createRoute({
  method: 'post',
  path: '/api/waiting-list/leave',
  operationId: 'leaveWaitingList',
  tags,
  summary: 'Leaves the waiting list; what was offered goes to the next.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: { 200: answer(z.strictObject({ left: z.literal(true) }), 'The place is no more.') },
});

export interface ResaleRoutesParts {
  readonly store: Store;
  readonly list: WaitingList;
  readonly publicUrl: URL;
  readonly now: () => number;
}

const guesses = { most: 60, withinMs: 3_600_000 };

/** Official resale at face value: who sells, and who waits. Codes travel in bodies alone. */
export function resaleRoutes({ store, list, publicUrl, now }: ResaleRoutesParts): Room {
  const routes = roomRoutes();
  const guess = (context: Context<RoomEnv>): Promise<void> =>
    countGuess(store, `resale ${clientAddress(context, context.var.frame.proxies)}`, guesses, now());

  routes.openapi(ofParty, async (context) => {
    await guess(context);
    const { code: partyCode, ticket, wish: wished } = context.req.valid('json');
    await store.transaction(async (tables) => {
      await requireInParty(tables, partyCode, ticket);
      if (wished === 'withdraw') await withdrawOffer(tables, store.kind, { ticket, now: now() });
      else await offerTicket(tables, store.kind, { ticket, by: 'representative', now: now() });
    });
    return context.json({ ticket, onOffer: wished === 'offer' }, 200);
  });
  routes.openapi(atDesk, async (context) => {
    const { actor } = context.var;
    const { ticket } = context.req.valid('param');
    const { wish: wished } = context.req.valid('json');
    await store.transaction(async (tables) => {
      await findTicket(tables, actor.organisation, ticket);
      if (wished === 'withdraw') await withdrawOffer(tables, store.kind, { ticket, now: now() });
      else await offerTicket(tables, store.kind, { ticket, by: 'desk', now: now() });
      await recordAct(tables, { ...actor, act: `resale.${wished}`, subject: ticket }, now());
    });
    return context.json({ ticket, onOffer: wished === 'offer' }, 200);
  });
  routes.openapi(join, async (context) => context.json(await list.join(context.req.valid('json')), 201));
  routes.openapi(place, async (context) => {
    await guess(context);
    const { until, ...rest } = await list.lookUp(context.req.valid('json').code);
    const shown = until === undefined ? {} : { until: new Date(until).toISOString() };
    return context.json({ ...rest, ...shown }, 200);
  });
  routes.openapi(accept, async (context) => {
    await guess(context);
    const { dueAt, slip, ...rest } = await list.accept(context.req.valid('json').code);
    const shown =
      slip === undefined ? {} : { slip: { number: slip.number, url: new URL(slip.path, publicUrl).href } };
    return context.json({ ...rest, dueAt: new Date(dueAt).toISOString(), ...shown }, 201);
  });
  routes.openapi(leave, async (context) => {
    await guess(context);
    await list.leave(context.req.valid('json').code);
    return context.json({ left: true as const }, 200);
  });
  return { routes, problems: [resaleProblems, claimProblems, applicationProblems] };
}

const resaleProblems = problemsOf(ResaleError, {
  'not-resellable': 409,
  'already-offered': 409,
  'not-withdrawable': 409,
  'too-late': 410,
  'one-ticket': 409,
  'quota-reached': 409,
  'card-already-bound': 409,
  'no-such-place': 404,
  'nothing-offered': 409,
});
