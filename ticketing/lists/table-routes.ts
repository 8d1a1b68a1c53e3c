import { createRoute, z } from '@hono/zod-openapi';
import { recordAct } from '../audit/record-act.ts';
import { ticketsAsCsv } from '../export/csv.ts';
import { ticketsAsXlsx } from '../export/xlsx.ts';
import { forPeople } from '../http/guard.ts';
import { roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { listProblems } from './list-problems.ts';
import { sessionToList } from './session-to-list.ts';
import { ticketsForPeople } from './tickets-for-people.ts';

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
const binary = { schema: z.string().openapi({ format: 'binary' }) };

const ticketTable = createRoute({
  method: 'get',
  path: '/api/sessions/{session}/ticket-table',
  operationId: 'exportTicketTable',
  tags: ['entry lists'],
  summary: 'The valid tickets of a session as a table for people: seat, category, bound or not, and when.',
  ...forPeople(['owner', 'organiser']),
  request: {
    params: z.strictObject({ session: z.string().min(1).max(64) }),
    query: z.strictObject({
      format: z.enum(['csv', 'xlsx']).default('csv'),
      language: z.enum(['ja', 'en']).default('ja').meta({ description: 'Of the headings.' }),
    }),
  },
  responses: {
    200: {
      description: 'The table. No cell is ever taken for a formula.',
      content: { 'text/csv': binary, [types.xlsx]: binary },
    },
  },
});

/** Lets organisers take a session's tickets along as a table. */
export function tableRoutes({ store, now }: { readonly store: Store; readonly now: () => number }): Room {
  const routes = roomRoutes();
  routes.openapi(ticketTable, async (context) => {
    const { organisation, person } = context.var.actor;
    const { format, language } = context.req.valid('query');
    const session = await sessionToList(store, context.req.valid('param').session, organisation);
    const act = { organisation, person, act: 'lists.table', subject: session.id, detail: { format } };
    await store.transaction((tables) => recordAct(tables, act, now()));
    const write = format === 'csv' ? ticketsAsCsv : ticketsAsXlsx;
    const table = ReadableStream.from(write(ticketsForPeople(store, session.id), { language }));
    return context.body(table as ReadableStream, 200, {
      'content-type': types[format],
      'content-disposition': `attachment; filename="tickets.${format}"`,
    });
  });
  return { routes, problems: [listProblems] };
}
