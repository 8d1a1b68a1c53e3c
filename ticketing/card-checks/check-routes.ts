import { createRoute, z } from '@hono/zod-openapi';
import { recordAct } from '../audit/record-act.ts';
import { bindingProblems } from '../bindings/binding-problems.ts';
import { findCard } from '../desk/find-ticket.ts';
import { readTicketView, ticketView } from '../desk/ticket-views.ts';
import { forPeople } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { answer, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import type { CardChecks } from './card-checks.ts';
import { askForCheck } from './check-job.ts';

const tags = ['desk'];
const id = z.string().min(1).max(64);
const ofSession = z.strictObject({ session: id });

const checksView = z
  .strictObject({
    cards: z.int().meta({ description: 'That open the session’s tickets.' }),
    heldBack: z.int().meta({ description: 'Cards of which the authority knows nothing: on no list.' }),
    oldestCheck: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When the one that was asked about longest ago was; none without cards.' }),
    underWay: z.boolean(),
  })
  .openapi('CardChecks');

const show = createRoute({
  method: 'get',
  path: '/api/sessions/{session}/card-checks',
  operationId: 'showCardChecks',
  tags,
  summary: 'How fresh the authority’s word on a session’s cards is.',
  ...forPeople(['owner', 'organiser', 'desk', 'auditor']),
  request: { params: ofSession },
  responses: { 200: answer(checksView, 'As it is now.') },
});

const ask = createRoute({
  method: 'post',
  path: '/api/sessions/{session}/card-checks',
  operationId: 'checkCards',
  tags,
  summary:
    'Has the authority asked about all cards of a session, in the background; each export does so too.',
  description:
    'The authority charges for each card. What lapsed becomes a case; renewed cards keep their tickets.',
  ...forPeople(['owner', 'organiser']),
  request: { params: ofSession },
  responses: { 200: answer(checksView, 'It is under way.') },
});

const checkOne = createRoute({
  method: 'post',
  path: '/api/cards/{card}/check',
  operationId: 'checkCard',
  tags,
  summary: 'Asks the authority about one card now; a card that was renewed keeps its ticket.',
  ...forPeople(['owner', 'organiser', 'desk']),
  request: { params: z.strictObject({ card: id }) },
  responses: { 200: answer(ticketView, 'The ticket with its cards as they are now.') },
});

export interface CheckRoutesParts {
  readonly store: Store;
  readonly checks: CardChecks;
  readonly now: () => number;
}

/** Lets people have bound cards checked, and see how fresh that is. */
export function checkRoutes({ store, checks, now }: CheckRoutesParts): Room {
  const routes = roomRoutes();
  routes.openapi(show, async (context) => {
    const { session } = context.req.valid('param');
    return context.json(await readChecks(store, context.var.actor.organisation, session), 200);
  });
  routes.openapi(ask, async (context) => {
    const { actor } = context.var;
    const { session } = context.req.valid('param');
    await readChecks(store, actor.organisation, session);
    await store.transaction(async (tables) => {
      await askForCheck(tables, session, now());
      await recordAct(tables, { ...actor, act: 'cards.check', subject: session }, now());
    });
    return context.json(await readChecks(store, actor.organisation, session), 200);
  });
  routes.openapi(checkOne, async (context) => {
    const { actor } = context.var;
    const { card } = context.req.valid('param');
    const { ticket_id } = await store.transaction((tables) => findCard(tables, actor.organisation, card));
    await checks.card(card);
    return context.json(await readTicketView(store.db, actor.organisation, ticket_id), 200);
  });
  return { routes, problems: [...bindingProblems] };
}

async function readChecks(
  { db }: Store,
  organisation: string,
  session: string,
): Promise<z.output<typeof checksView>> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select('sessions.id')
    .where('sessions.id', '=', session)
    .where('events.organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw notFound('session');
  const states = await db
    .selectFrom('bindings')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count'), fn.min('checked_at').as('oldest')])
    .where('session_id', '=', session)
    .where('state', 'in', ['active', 'suspended'])
    .groupBy('state')
    .execute();
  const job = await db
    .selectFrom('jobs')
    .select('id')
    .where('kind', '=', 'check-cards')
    .where('name', '=', session)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  const countOf = (state: string): number => states.find((each) => each.state === state)?.count ?? 0;
  const oldest = Math.min(...states.map((each) => each.oldest));
  return {
    cards: countOf('active'),
    heldBack: countOf('suspended'),
    oldestCheck: states.length === 0 ? null : new Date(oldest).toISOString(),
    underWay: job !== undefined,
  };
}
