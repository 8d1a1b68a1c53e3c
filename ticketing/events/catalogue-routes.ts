import { createRoute, z } from '@hono/zod-openapi';
import { forAnyone } from '../http/guard.ts';
import { isKnown } from '../http/revision.ts';
import { answer, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { SentCatalogue } from './catalogue.ts';
import { companionRules } from './event-fields.ts';
import { bothLanguages } from './event-views.ts';

const catalogue = z
  .strictObject({
    events: z.array(
      z.strictObject({
        id: z.string(),
        name: bothLanguages,
        sessions: z.array(
          z.strictObject({
            id: z.string(),
            title: bothLanguages,
            startsAt: z.iso.datetime(),
            saleFrom: z.iso.datetime(),
            saleUntil: z.iso.datetime(),
            companions: z.array(z.enum(companionRules)),
            mostTickets: z.int().meta({ description: 'The most that one application can ask for.' }),
            categories: z.array(
              z.strictObject({
                id: z.string(),
                text: bothLanguages,
                price: z.int().meta({ description: 'In whole yen.' }),
                left: z.int().meta({ description: 'Down to tens, once there are more than twenty.' }),
              }),
            ),
          }),
        ),
      }),
    ),
  })
  .openapi('Catalogue');

const readCatalogue = createRoute({
  method: 'get',
  path: '/api/catalogue',
  operationId: 'readCatalogue',
  tags: ['visitors'],
  summary: 'What is on sale, or will be; If-None-Match spares sending it again.',
  ...forAnyone({ rate: { perMinute: 1200, burst: 200 } }),
  responses: {
    200: answer(catalogue, 'What can be applied for.'),
    304: { description: 'It is as it was.' },
  },
});

/** Lets kiosks and pages know what is on sale. Anyone may keep it for as long as it is made for. */
export function catalogueRoutes({
  store,
  now,
}: {
  readonly store: Pick<Store, 'db'>;
  readonly now: () => number;
}): Room {
  const routes = roomRoutes();
  const sent = new SentCatalogue(store, now);
  routes.openapi(readCatalogue, async (context) => {
    const { body, etag } = await sent.get();
    const headers = { etag, 'cache-control': 'public, max-age=2' };
    if (isKnown(context.req.header('if-none-match'), etag)) return context.body(null, 304, headers);
    return context.body(body, 200, { ...headers, 'content-type': 'application/json' });
  });
  return { routes, problems: [] };
}
