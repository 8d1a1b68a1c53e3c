import { createRoute, z } from '@hono/zod-openapi';
import { createHash } from 'node:crypto';
import { gatePaths, offeredPacks } from '../gate-api/messages.ts';
import { gateProblems } from '../gates/gate-problems.ts';
import { describedAs } from '../http/described.ts';
import { forGates } from '../http/guard.ts';
import { notFound } from '../http/http-error.ts';
import { isKnown } from '../http/revision.ts';
import { answer, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { sentFile, sentOctets } from './sent-file.ts';
import { fetchedBy, offeredTo } from './offered-versions.ts';

const listPacks = createRoute({
  method: 'get',
  path: gatePaths.packs,
  operationId: 'listPacks',
  tags: ['gate'],
  summary: 'The packs and deltas that the gate that asks may take; If-None-Match spares sending it again.',
  ...forGates(),
  responses: {
    200: answer(describedAs('OfferedPacks', offeredPacks), 'The files, by their digests.'),
    304: { description: 'They are as they were.' },
  },
});

const fetchPack = createRoute({
  method: 'get',
  path: `${gatePaths.packs}/{digest}`,
  operationId: 'fetchPack',
  tags: ['gate'],
  summary: 'One of the files that were offered.',
  ...forGates(),
  request: { params: z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/) }) },
  responses: { 200: sentOctets('The file, exactly as it was signed.') },
});

/** Lets gates take what their group is to admit by. */
export function packRoutes({ store, now }: { readonly store: Store; readonly now: () => number }): Room {
  const routes = roomRoutes();
  routes.openapi(listPacks, async (context) => {
    const body = JSON.stringify({ packs: await offeredTo(store, context.var.gate, now()) });
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    if (isKnown(context.req.header('if-none-match'), etag)) return context.body(null, 304, { etag });
    return context.body(body, 200, { etag, 'content-type': 'application/json' });
  });
  routes.openapi(fetchPack, async (context) => {
    const { digest } = context.req.valid('param');
    const version = await fetchedBy(store, context.var.gate, digest, now());
    if (version === undefined) throw notFound('file');
    return sentFile(context, store, version);
  });
  return { routes, problems: gateProblems };
}
