import { createRoute, z } from '@hono/zod-openapi';
import { tableAsCsv } from '../export/csv.ts';
import { tableAsXlsx } from '../export/xlsx.ts';
import { forPeople } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { answer, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { figuresTable } from './figures-table.ts';
import { sessionFigures, type SessionFigures } from './session-figures.ts';

const params = z.strictObject({ session: z.string().min(1).max(64) });
const tags = ['figures'];
const readers = forPeople(['owner', 'organiser', 'desk', 'auditor']);
const count = z.int();
const time = z.iso.datetime();

const figuresView = z
  .strictObject({
    session: z.string(),
    name: z.string().meta({ description: 'As journals name it: event/session.' }),
    tickets: z.array(
      z.strictObject({
        category: z.string(),
        tickets: count.meta({ description: 'The valid ones.' }),
        bound: count.meta({ description: 'Of these, those that a card is bound to,' }),
        entered: count.meta({ description: 'and those whose holders entered.' }),
        noShows: count.nullable().meta({ description: 'Not said before the session is over.' }),
      }),
    ),
    doors: z.array(
      z.strictObject({
        door: z.string(),
        entries: count.meta({ description: 'In people; what staff took back is not counted.' }),
        exits: count,
        byHand: count.meta({ description: 'Of the entries, those that staff let in by hand.' }),
        peak: z.strictObject({ at: time, entries: count }).nullable().meta({
          description: 'The first minute with the most entries.',
        }),
      }),
    ),
    minutes: z
      .array(z.strictObject({ at: time, door: z.string(), entries: count, exits: count }))
      .meta({ description: 'Minutes in which nobody passed a door are left out.' }),
    refused: z.array(z.strictObject({ verdict: z.string(), code: z.string().nullable(), taps: count })),
    journals: z
      .array(
        z.strictObject({
          gate: z.string(),
          door: z.string(),
          until: time.nullable(),
          whole: z.boolean().meta({ description: 'It reaches the session’s end.' }),
        }),
      )
      .meta({ description: 'How far the gates’ journals are in: figures say nothing of what is missing.' }),
  })
  .openapi('SessionFigures');

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

/** As it is sent: times in ISO 8601. */
export function viewOf(figures: SessionFigures): z.output<typeof figuresView> {
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    session: figures.session,
    name: figures.name,
    tickets: [...figures.tickets],
    doors: figures.doors.map(({ peak, ...door }) => ({
      ...door,
      peak: peak === null ? null : { ...peak, at: iso(peak.at) },
    })),
    minutes: figures.minutes.map((minute) => ({ ...minute, at: iso(minute.at) })),
    refused: [...figures.refused],
    journals: figures.journals.map((journal) => ({
      ...journal,
      until: journal.until === null ? null : iso(journal.until),
    })),
  };
}
