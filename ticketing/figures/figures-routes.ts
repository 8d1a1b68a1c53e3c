import { createRoute, z } from '@hono/zod-openapi';
import { tableAsCsv } from '../export/csv.ts';
import { tableAsXlsx } from '../export/xlsx.ts';
import { forPeople } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { answer, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { figuresTable } from './figures-table.ts';
import { figuresView, viewOf } from './figures-view.ts';
import { sessionFigures, type SessionFigures } from './session-figures.ts';

const params = z.strictObject({ session: z.string().min(1).max(64) });
const tags = ['figures'];
const readers = forPeople(['owner', 'organiser', 'desk', 'auditor']);

const show = createRoute({
  method: 'get',
  path: '/api/sessions/{session}/figures',
  operationId: 'showFigures',
  tags,
  summary: 'What happened at a session: cards bound, entries by the minute, no-shows, taps refused.',
  ...readers,
  request: { params },
  responses: { 200: answer(figuresView, 'The figures, of the journals that are in.') },
});

/** Each form of the table, with the type it is sent as. */
const forms = {
  csv: { type: 'text/csv; charset=utf-8', write: tableAsCsv },
  xlsx: {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: tableAsXlsx,
  },
} as const;

const file = { schema: z.string().openapi({ format: 'binary' }) };

const download = createRoute({
  method: 'get',
  path: '/api/sessions/{session}/figures/file',
  operationId: 'downloadFigures',
  tags,
  summary: 'The same as a table for people: CSV, or a workbook for Excel.',
  ...readers,
  request: {
    params,
    query: z.strictObject({
      form: z.enum(['csv', 'xlsx']).default('csv'),
      language: z.enum(['ja', 'en']).default('ja'),
    }),
  },
  responses: {
    200: { description: 'The table.', content: { [forms.csv.type]: file, [forms.xlsx.type]: file } },
  },
});

export interface FiguresRoutesParts {
  readonly store: Store;
  readonly now: () => number;
}

/** Shows people what happened at a session. */
export function figuresRoutes({ store, now }: FiguresRoutesParts): Room {
  const routes = roomRoutes();
  const figuresOf = async (organisation: string, session: string): Promise<SessionFigures> => {
    const figures = await sessionFigures(store, organisation, { id: session }, now());
    if (figures === undefined) throw notFound('session');
    return figures;
  };

  routes.openapi(show, async (context) => {
    const { session } = context.req.valid('param');
    return context.json(viewOf(await figuresOf(context.var.actor.organisation, session)), 200);
  });
  routes.openapi(download, async (context) => {
    const { session } = context.req.valid('param');
    const { form, language } = context.req.valid('query');
    const figures = await figuresOf(context.var.actor.organisation, session);
    const { type, write } = forms[form];
    const chunks: Uint8Array[] = [];
    for await (const chunk of write(figuresTable(figures, language))) chunks.push(chunk);
    return context.body(Buffer.concat(chunks), 200, {
      'content-type': type,
      'content-disposition': `attachment; filename="figures-${figures.session}.${form}"`,
    });
  });
  return { routes, problems: [] };
}
