import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bindingProblems } from '../bindings/binding-problems.ts';
import { signedBinding, ticketToSignView } from '../bindings/binding-views.ts';
import { clientAddress } from '../http/client-address.ts';
import { forAnyone } from '../http/guard.ts';
import { countGuess } from '../http/guess-limit.ts';
import { problemsOf } from '../http/problem.ts';
import { answer, jsonBody, roomRoutes, type Room, type RoomEnv } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { ClaimError } from './claim-error.ts';
import { shownClaim } from './claim-link.ts';
import { issueClaimOfParty, issueCodeToSigner, readParty, recallClaimOfParty, type Party } from './party.ts';
import type { Claims } from './take-claim.ts';

const code = z.string().min(1).max(100).meta({ description: 'The code as it is read out or typed.' });
const ticketId = z.string().min(1).max(64);
const boundTicket = z
  .strictObject({
    ticket: z.string(),
    number: z.string().meta({ description: 'As printed.' }),
    seat: z.string().optional(),
  })
  .openapi('BoundTicket');

/** A claim as it is shown, once. */
export const claimView = z
  .strictObject({
    ticket: z.string(),
    code: z.string().meta({ description: 'Shown this once, and kept nowhere.' }),
    link: z.url(),
    qr: z.string().meta({ description: 'The link as a QR code, SVG.' }),
    until: z.iso.datetime(),
  })
  .openapi('ShownClaim');

const partyView = z
  .strictObject({
    application: z.string(),
    companions: z.enum(['own-cards', 'enter-together', 'representative-opens']),
    claimUntil: z.iso.datetime(),
    tickets: z.array(
      z.strictObject({
        ticket: z.string(),
        place: z.int(),
        seat: z.string().optional(),
        state: z.enum(['reserved', 'bound', 'claim-open', 'unclaimed', 'opened-by-representative', 'ended']),
        until: z.iso.datetime().optional(),
      }),
    ),
  })
  .openapi('Party');

const lookUp = createRoute({
  method: 'post',
  path: '/api/claims/look-up',
  operationId: 'lookUpClaim',
  tags: ['claims'],
  summary: 'Says what a claim’s code is for, and gives a challenge to sign.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: { 200: answer(ticketToSignView, 'The ticket, and a challenge for one attempt.') },
});

const bind = createRoute({
  method: 'post',
  path: '/api/claims/bind',
  operationId: 'bindClaim',
  tags: ['claims'],
  summary: 'Binds the card that signed to the ticket of a claim.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code, ...signedBinding })) },
  responses: { 201: answer(boundTicket, 'The ticket that the card opens now.') },
});

const party = createRoute({
  method: 'post',
  path: '/api/parties/look-up',
  operationId: 'lookUpParty',
  tags: ['claims'],
  summary: 'Shows a representative which tickets of the application are bound, never by whom.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: { 200: answer(partyView, 'The application’s tickets.') },
});

const partyCode = createRoute({
  method: 'post',
  path: '/api/parties/codes',
  operationId: 'issuePartyCode',
  tags: ['claims'],
  summary:
    'Gives a representative the code for the tickets, in place of any earlier: whoever has what the card signed.',
  ...forAnyone(),
  request: {
    body: jsonBody(z.strictObject({ form: signedBinding.form, signature: signedBinding.signature })),
  },
  responses: {
    201: answer(
      z.strictObject({
        application: z.string(),
        code: z.string().meta({ description: 'Shown this once, and kept nowhere.' }),
      }),
      'The code, for the representative alone.',
    ),
  },
});

const issue = createRoute({
  method: 'post',
  path: '/api/parties/claims',
  operationId: 'issueClaim',
  tags: ['claims'],
  summary: 'Issues the claim of one ticket, in place of any earlier.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code, ticket: ticketId })) },
  responses: { 201: answer(claimView, 'The claim, to be handed to the companion.') },
});

const recall = createRoute({
  method: 'post',
  path: '/api/parties/recall',
  operationId: 'recallClaim',
  tags: ['claims'],
  summary: 'Recalls the claim of one ticket.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ code, ticket: ticketId })) },
  responses: { 200: answer(partyView, 'The application’s tickets.') },
});

export interface ClaimRoutesParts {
  readonly store: Store;
  readonly claims: Claims;
  readonly publicUrl: URL;
  readonly now: () => number;
}

const guesses = { most: 60, withinMs: 3_600_000 };

/** What visitors do with claims, at kiosks and at home. Codes travel in bodies alone, never in addresses. */
export function claimRoutes({ store, claims, publicUrl, now }: ClaimRoutesParts): Room {
  const routes = roomRoutes();
  const guess = (context: Context<RoomEnv>): Promise<void> =>
    countGuess(store, `claim ${clientAddress(context, context.var.frame.proxies)}`, guesses, now());

  routes.openapi(lookUp, async (context) => {
    await guess(context);
    return context.json(await claims.lookUp(context.req.valid('json').code), 200);
  });
  routes.openapi(bind, async (context) => {
    await guess(context);
    const {
      code: typed,
      authenticationCertificate: certificate,
      medium,
      ...signed
    } = context.req.valid('json');
    return context.json(await claims.bind(typed, { ...signed, certificate }, medium), 201);
  });
  routes.openapi(party, async (context) => {
    await guess(context);
    const { code: partyCode } = context.req.valid('json');
    const seen = await store.transaction((tables) => readParty(tables, partyCode, now()));
    return context.json(viewOf(seen), 200);
  });
  routes.openapi(partyCode, async (context) => {
    await guess(context);
    const { form, signature } = context.req.valid('json');
    const issued = await store.transaction((tables) =>
      issueCodeToSigner(tables, { form: Buffer.from(form), signature: Buffer.from(signature), now: now() }),
    );
    return context.json(issued, 201);
  });
  routes.openapi(issue, async (context) => {
    await guess(context);
    const { code: partyCode, ticket } = context.req.valid('json');
    const issued = await store.transaction((tables) =>
      issueClaimOfParty(tables, store.kind, { partyCode, ticket, now: now() }),
    );
    return context.json(shownClaim(issued, publicUrl), 201);
  });
  routes.openapi(recall, async (context) => {
    await guess(context);
    const { code: partyCode, ticket } = context.req.valid('json');
    const seen = await store.transaction(async (tables) => {
      await recallClaimOfParty(tables, { partyCode, ticket, now: now() });
      return readParty(tables, partyCode, now());
    });
    return context.json(viewOf(seen), 200);
  });
  return { routes, problems: [claimProblems, ...bindingProblems] };
}

/** Which status each refusal of a claim has. */
export const claimProblems = problemsOf(ClaimError, {
  mistyped: 400,
  'no-such-claim': 404,
  'no-such-party': 404,
  'no-such-ticket': 404,
  'challenge-over': 409,
  'form-differs': 409,
  'already-bound': 409,
  'not-claimable': 409,
  'too-late': 410,
});

function viewOf({ claimUntil, tickets, ...rest }: Party): z.output<typeof partyView> {
  return {
    ...rest,
    claimUntil: new Date(claimUntil).toISOString(),
    tickets: tickets.map(({ until, ...ticket }) => ({
      ...ticket,
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    })),
  };
}
