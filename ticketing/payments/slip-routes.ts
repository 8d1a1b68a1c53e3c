import { createRoute, z } from '@hono/zod-openapi';
import { forAnyone } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { barcodeText } from './slip-barcode.ts';
import { slipCss, slipPage, type ShownSlip } from './slip-page.ts';

const showSlip = createRoute({
  method: 'get',
  path: '/slips/{token}',
  operationId: 'showSlip',
  tags: ['visitors'],
  summary: 'A payment slip, as a page to print.',
  ...forAnyone(),
  request: { params: z.strictObject({ token: z.string().min(1).max(64) }) },
  responses: {
    200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } },
  },
});

export interface SlipRoutesParts {
  readonly store: Pick<Store, 'db'>;
  /** The payment company's code in barcodes; without it slips have none. */
  readonly companyCode: string | undefined;
}

/** Shows slips to whoever has their address. */
export function slipRoutes({ store, companyCode }: SlipRoutesParts): Room {
  const routes = roomRoutes();
  routes.openapi(showSlip, async (context) => {
    const slip = await readSlip(store, context.req.valid('param').token, companyCode);
    if (slip === undefined) throw notFound('slip');
    return context.html(slipPage(slip), 200);
  });
  routes.get('/slips.css', (context) =>
    context.body(slipCss, 200, { 'content-type': 'text/css; charset=utf-8' }),
  );
  return { routes, problems: [] };
}

async function readSlip(
  { db }: Pick<Store, 'db'>,
  token: string,
  companyCode: string | undefined,
): Promise<ShownSlip | undefined> {
  const row = await db
    .selectFrom('slips')
    .innerJoin('applications', 'applications.id', 'slips.application_id')
    .innerJoin('categories', 'categories.id', 'applications.category_id')
    .innerJoin('sessions', 'sessions.id', 'applications.session_id')
    .innerJoin('events', 'events.id', 'applications.event_id')
    .select(['slips.number', 'slips.amount', 'slips.due_at as dueAt', 'applications.number as application'])
    .select(['applications.state', 'applications.tickets', 'events.texts as event'])
    .select(['sessions.texts as session', 'categories.texts as category'])
    .where('slips.token', '=', token)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const texts = (json: string): ShownSlip['event'] => JSON.parse(json) as ShownSlip['event'];
  const { number: slip, amount, dueAt } = row;
  return {
    ...row,
    event: texts(row.event),
    session: texts(row.session),
    category: texts(row.category),
    barcode: companyCode === undefined ? undefined : barcodeText({ companyCode, slip, amount, dueAt }),
  };
}
