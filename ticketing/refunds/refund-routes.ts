import { createRoute, z } from '@hono/zod-openapi';
import { recordAct } from '../audit/record-act.ts';
import { lockEvents } from '../events/lock-events.ts';
import { forPeople } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { problemsOf } from '../http/problem.ts';
import { etagOf, requireRevision, seenRevision } from '../http/revision.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { RefundError } from './refund-error.ts';
import { takeBack } from './take-back.ts';

const tags = ['refunds'];
const id = z.string().min(1).max(64);
const states = ['owed', 'paid'] as const;

const refundView = z
  .strictObject({
    id: z.string(),
    session: z.string(),
    application: z.string(),
    ticket: z.string(),
    amount: z.int().meta({ description: 'In whole yen.' }),
    why: z.enum(['cancelled', 'session-cancelled', 'resold']),
    state: z.enum(states),
    owedAt: z.iso.datetime(),
    paidAt: z.iso.datetime().nullable(),
    reference: z
      .string()
      .nullable()
      .meta({ description: 'Under which the bank or the payment company has it.' }),
    revision: z.int(),
  })
  .openapi('Refund');

const cancel = createRoute({
  method: 'post',
  path: '/api/applications/{application}/cancel',
  operationId: 'cancelApplication',
  tags,
  summary: 'Takes tickets of an application back: seats are free again, and what was paid is owed back.',
  description:
    'What is not paid for is cancelled whole. Cards of the tickets open nothing from the next entry list or delta on.',
  ...forPeople(['owner', 'organiser', 'desk']),
  request: {
    params: z.strictObject({ application: id }),
    body: jsonBody(
      z.strictObject({
        tickets: z
          .array(id)
          .min(1)
          .max(100)
          .optional()
          .meta({ description: 'All that are left where not given.' }),
      }),
    ),
  },
  responses: {
    200: answer(
      z
        .strictObject({ tickets: z.array(z.string()), owed: z.int().meta({ description: 'In whole yen.' }) })
        .openapi('TakenBack'),
      'The tickets that ended, and what is owed back.',
    ),
  },
});

const list = createRoute({
  method: 'get',
  path: '/api/refunds',
  operationId: 'listRefunds',
  tags,
  summary: 'What is owed back, or was, the newest first.',
  ...forPeople(['owner', 'organiser', 'desk', 'auditor']),
  request: {
    query: pageQuery.extend({
      state: z.enum(states).optional(),
      session: id.optional(),
      application: id.optional(),
    }),
  },
  responses: { 200: answer(pageOf(refundView), 'A page of refunds.') },
});

const pay = createRoute({
  method: 'post',
  path: '/api/refunds/{refund}/paid',
  operationId: 'payRefund',
  tags,
  summary: 'Says that a refund was paid, and under which reference.',
  ...forPeople(['owner', 'organiser'], { changes: true }),
  request: {
    params: z.strictObject({ refund: id }),
    body: jsonBody(z.strictObject({ reference: z.string().trim().min(1).max(200) })),
  },
  responses: { 200: answer(refundView, 'The refund; its ETag is its revision.') },
});

export interface RefundRoutesParts {
  readonly store: Store;
  readonly now: () => number;
}

/** Lets people take tickets back, and follow what is owed for them until it is paid. */
export function refundRoutes({ store, now }: RefundRoutesParts): Room {
  const routes = roomRoutes();
  routes.openapi(cancel, async (context) => {
    const { actor } = context.var;
    const { application } = context.req.valid('param');
    const { tickets } = context.req.valid('json');
    const taken = await store.transaction(async (tables) => {
      const event = await eventOf(tables, actor.organisation, application);
      await lockEvents(store, tables, [event]);
      const back = await takeBack(tables, { application, tickets, why: 'cancelled', now: now() });
      const detail = { tickets: back.tickets.length, owed: back.owed };
      await recordAct(tables, { ...actor, act: 'applications.cancel', subject: application, detail }, now());
      return back;
    });
    return context.json({ tickets: [...taken.tickets], owed: taken.owed }, 200);
  });
  routes.openapi(list, async (context) => {
    const { after, limit, state, session, application } = context.req.valid('query');
    let query = store.db
      .selectFrom('refunds')
      .selectAll()
      .where('organisation_id', '=', context.var.actor.organisation);
    if (after !== undefined) query = query.where('id', '<', after);
    if (state !== undefined) query = query.where('state', '=', state);
    if (session !== undefined) query = query.where('session_id', '=', session);
    if (application !== undefined) query = query.where('application_id', '=', application);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return context.json(
      pageFrom(rows, limit, (row) => row.id, viewOf),
      200,
    );
  });
  routes.openapi(pay, async (context) => {
    const { actor } = context.var;
    const { refund } = context.req.valid('param');
    const { reference } = context.req.valid('json');
    const paid = await store.transaction(async (tables) => {
      const row = await lockedRefund(tables, store.kind, actor.organisation, refund);
      requireRevision(row, seenRevision(context));
      if (row.state === 'paid') throw new RefundError('already-paid', 'This was paid back already.');
      await recordAct(
        tables,
        { ...actor, act: 'refunds.pay', subject: refund, detail: { amount: row.amount } },
        now(),
      );
      return tables
        .updateTable('refunds')
        .set({ state: 'paid', paid_at: now(), paid_by: actor.person, reference, revision: row.revision + 1 })
        .where('id', '=', refund)
        .returningAll()
        .executeTakeFirstOrThrow();
    });
    return context.json(viewOf(paid), 200, { etag: etagOf(paid.revision) });
  });
  return { routes, problems: [refundProblems] };
}

const refundProblems = problemsOf(RefundError, {
  'no-such-ticket': 404,
  'nothing-left': 409,
  'only-whole': 409,
  'representative-last': 409,
  'already-paid': 409,
  'being-resold': 409,
});

async function eventOf(tables: Work, organisation: string, application: string): Promise<string> {
  const row = await tables
    .selectFrom('applications')
    .innerJoin('events', 'events.id', 'applications.event_id')
    .select('applications.event_id')
    .where('applications.id', '=', application)
    .where('events.organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw notFound('application');
  return row.event_id;
}

async function lockedRefund(
  tables: Work,
  kind: Store['kind'],
  organisation: string,
  refund: string,
): Promise<Tables['refunds']> {
  const query = tables
    .selectFrom('refunds')
    .selectAll()
    .where('id', '=', refund)
    .where('organisation_id', '=', organisation);
  const row = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) throw notFound('refund');
  return row;
}

function viewOf(row: Tables['refunds']): z.output<typeof refundView> {
  return {
    id: row.id,
    session: row.session_id,
    application: row.application_id,
    ticket: row.ticket_id,
    amount: row.amount,
    why: row.why,
    state: row.state,
    owedAt: new Date(row.owed_at).toISOString(),
    paidAt: row.paid_at === null ? null : new Date(row.paid_at).toISOString(),
    reference: row.reference,
    revision: row.revision,
  };
}
