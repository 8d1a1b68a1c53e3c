import { createRoute, z } from '@hono/zod-openapi';
import { forPeople } from '../http/guard.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { problemsOf } from '../http/problem.ts';
import { answer, roomRoutes, type Room } from '../http/room.ts';
import { reference } from '../signed-form/signed-form.ts';
import { askForImport, type OrdersParts } from './import-orders.ts';
import { findImport, importView, listImports } from './import-views.ts';
import { OrdersError } from './orders-error.ts';

const tags = ['orders'];
const editors = ['owner', 'organiser'] as const;
const readers = ['owner', 'organiser', 'desk', 'auditor'] as const;
const id = z.string().min(1).max(64);

const importOrders = createRoute({
  method: 'post',
  path: '/api/events/{event}/order-imports',
  operationId: 'importOrders',
  tags,
  summary: 'Has a play guide’s orders imported in the background: CSV, a line a ticket.',
  description:
    'Columns: order, ticket (the guide’s own numbers), session, category, and seat where seats are numbered. A ticket of a guide is taken once, however often its line is sent.',
  ...forPeople([...editors], { creates: true, takes: 'text/csv', mostBytes: 24 * 1024 * 1024 }),
  request: {
    params: z.strictObject({ event: id }),
    query: z.strictObject({
      guide: reference.meta({ description: 'Whose orders they are.' }),
      wanted: z.enum(['all', 'good']).default('all').meta({
        description: 'all takes nothing where one line is wrong; good takes the lines that are not.',
      }),
    }),
    body: { required: true, content: { 'text/csv': { schema: z.string() } } },
  },
  responses: { 201: answer(importView, 'The import, which has yet to begin.') },
});

const showImport = createRoute({
  method: 'get',
  path: '/api/order-imports/{import}',
  operationId: 'showOrderImport',
  tags,
  summary: 'How far an import is, and which lines are wrong.',
  ...forPeople([...readers]),
  request: { params: z.strictObject({ import: id }) },
  responses: { 200: answer(importView, 'The import.') },
});

const importsOfEvent = createRoute({
  method: 'get',
  path: '/api/events/{event}/order-imports',
  operationId: 'listOrderImports',
  tags,
  summary: 'The imports for an event, the newest first.',
  ...forPeople([...readers]),
  request: { params: z.strictObject({ event: id }), query: pageQuery },
  responses: { 200: answer(pageOf(importView), 'A page of imports.') },
});

/** Lets organisers import the orders of play guides. */
export function orderRoutes(parts: OrdersParts): Room {
  const { store } = parts;
  const routes = roomRoutes();
  routes.openapi(importOrders, async (context) => {
    const { organisation, person } = context.var.actor;
    const { event } = context.req.valid('param');
    const { guide, wanted } = context.req.valid('query');
    const file = context.var.body;
    const asked = await askForImport(parts, { organisation, person, event, guide, wanted, file });
    const location = `/api/order-imports/${asked}`;
    return context.json(await findImport(store, organisation, asked), 201, { location });
  });
  routes.openapi(showImport, async (context) => {
    const { import: asked } = context.req.valid('param');
    return context.json(await findImport(store, context.var.actor.organisation, asked), 200);
  });
  routes.openapi(importsOfEvent, async (context) => {
    const { after, limit } = context.req.valid('query');
    const { event } = context.req.valid('param');
    const { organisation } = context.var.actor;
    const items = await listImports(store, organisation, { event, after, limit: limit + 1 });
    const page = pageFrom(
      items,
      limit,
      (each) => each.id,
      (each) => each,
    );
    return context.json(page, 200);
  });
  return { routes, problems: [orderProblems] };
}

const orderProblems = problemsOf(OrdersError, {
  'no-such-event': 404,
  'no-such-import': 404,
  'file-wrong': 400,
  'too-many-lines': 400,
});
