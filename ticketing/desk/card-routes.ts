import { createRoute, z } from '@hono/zod-openapi';
import { bindingProblems } from '../bindings/binding-problems.ts';
import { signedBinding, ticketToSignView } from '../bindings/binding-views.ts';
import { claimProblems } from '../claims/claim-routes.ts';
import { forPeople } from '../http/guard.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import type { DeskCards } from './desk-cards.ts';
import { readTicketView, ticketView } from './ticket-views.ts';

const tags = ['desk'];
const workers = ['owner', 'organiser', 'desk'] as const;
const id = z.string().min(1).max(64);
const ofTicket = z.strictObject({ ticket: id });
const ofCard = z.strictObject({ card: id });

const challenge = createRoute({
  method: 'post',
  path: '/api/tickets/{ticket}/challenges',
  operationId: 'challengeCard',
  tags,
  summary: 'Gives what a card is to sign, so that it can be bound to the ticket.',
  ...forPeople([...workers], { creates: true }),
  request: { params: ofTicket },
  responses: { 201: answer(ticketToSignView, 'What the card signs.') },
});

const bind = createRoute({
  method: 'post',
  path: '/api/tickets/{ticket}/cards',
  operationId: 'bindCard',
  tags,
  summary: 'Binds the card that signed to the ticket, beside those that open it already.',
  ...forPeople([...workers], { creates: true }),
  request: {
    params: ofTicket,
    body: jsonBody(
      z.strictObject({
        ...signedBinding,
        samePerson: z.boolean().default(false).meta({
          description:
            'The desk has seen that it is a card of whoever had the ticket before: one re-issued after a loss.',
        }),
      }),
    ),
  },
  responses: { 201: answer(ticketView, 'The ticket with its cards.') },
});

const lose = createRoute({
  method: 'post',
  path: '/api/cards/{card}/lost',
  operationId: 'loseCard',
  tags,
  summary: 'Has a lost card open nothing of the event any more; gates refuse it with its own word.',
  ...forPeople([...workers]),
  request: { params: ofCard },
  responses: { 200: answer(ticketView, 'The ticket, to which another card can be bound.') },
});

const end = createRoute({
  method: 'post',
  path: '/api/cards/{card}/end',
  operationId: 'endCard',
  tags,
  summary: 'Takes a card from its ticket: it was replaced, or is bound to the wrong one.',
  ...forPeople([...workers]),
  request: { params: ofCard, body: jsonBody(z.strictObject({ why: z.enum(['replaced', 'recalled']) })) },
  responses: { 200: answer(ticketView, 'The ticket with the cards that are left.') },
});

export interface CardRoutesParts {
  readonly store: Store;
  readonly cards: DeskCards;
}

/** Lets a desk bind cards, end them, and say that one was lost. */
export function cardRoutes({ store, cards }: CardRoutesParts): Room {
  const routes = roomRoutes();
  routes.openapi(challenge, async (context) => {
    const { ticket } = context.req.valid('param');
    return context.json(await cards.challenge(context.var.actor, ticket), 201);
  });
  routes.openapi(bind, async (context) => {
    const { ticket } = context.req.valid('param');
    const {
      authenticationCertificate: certificate,
      medium,
      samePerson,
      ...signed
    } = context.req.valid('json');
    const { actor } = context.var;
    await cards.bind(actor, { ticket, signed: { ...signed, certificate }, medium, samePerson });
    return context.json(await readTicketView(store.db, actor.organisation, ticket), 201);
  });
  routes.openapi(lose, async (context) => {
    const { actor } = context.var;
    const ticket = await cards.lose(actor, context.req.valid('param').card);
    return context.json(await readTicketView(store.db, actor.organisation, ticket), 200);
  });
  routes.openapi(end, async (context) => {
    const { actor } = context.var;
    const { card } = context.req.valid('param');
    const ticket = await cards.end(actor, card, context.req.valid('json').why);
    return context.json(await readTicketView(store.db, actor.organisation, ticket), 200);
  });
  return { routes, problems: [claimProblems, ...bindingProblems] };
}
