import { createRoute, z } from '@hono/zod-openapi';
import { recordAct } from '../audit/record-act.ts';
import { forPeople } from '../http/guard.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import { askForExport } from './exports.ts';
import { exportView, findExport, findVersion, listExports, listVersions, versionView } from './list-views.ts';
import { listProblems } from './list-problems.ts';
import type { VersionMaker } from './make-version.ts';
import { sentFile, sentOctets } from './sent-file.ts';

const tags = ['entry lists'];
const editors = ['owner', 'organiser'] as const;
const readers = ['owner', 'organiser', 'desk', 'auditor'] as const;
const id = z.string().min(1).max(64);
const ofSession = z.strictObject({ session: id });

const askExport = createRoute({
  method: 'post',
  path: '/api/sessions/{session}/list-exports',
  operationId: 'askForListExport',
  tags,
  summary: 'Has the entry list of a session exported for a gate group, in the background.',
  ...forPeople([...editors], { creates: true }),
  request: {
    params: ofSession,
    body: jsonBody(
      z.strictObject({
        gateGroup: z.string().min(1).max(200),
        wanted: z.enum(['newest', 'full', 'delta']).default('newest').meta({
          description: 'newest is a delta where one will do, and a whole pack otherwise.',
        }),
      }),
    ),
  },
  responses: { 201: answer(exportView, 'The export, which has yet to begin.') },
});

const showExport = createRoute({
  method: 'get',
  path: '/api/list-exports/{export}',
  operationId: 'showListExport',
  tags,
  summary: 'How far an export is.',
  ...forPeople([...readers]),
  request: { params: z.strictObject({ export: id }) },
  responses: { 200: answer(exportView, 'The export.') },
});

const exportsOfSession = createRoute({
  method: 'get',
  path: '/api/sessions/{session}/list-exports',
  operationId: 'listListExports',
  tags,
  summary: 'Who asked for which export of a session, and what came of it, the newest first.',
  ...forPeople([...readers]),
  request: { params: ofSession, query: pageQuery },
  responses: { 200: answer(pageOf(exportView), 'A page of exports.') },
});

const versionsOfSession = createRoute({
  method: 'get',
  path: '/api/sessions/{session}/entry-lists',
  operationId: 'listEntryLists',
  tags,
  summary: 'All versions of a session’s entry list, the newest first, and which gates have them.',
  ...forPeople([...readers]),
  request: { params: ofSession, query: pageQuery },
  responses: { 200: answer(pageOf(versionView), 'A page of versions.') },
});

const downloadVersion = createRoute({
  method: 'get',
  path: '/api/entry-lists/{list}/file',
  operationId: 'downloadEntryList',
  tags,
  summary: 'A version’s file, to be brought to gates without a network.',
  ...forPeople([...editors, 'desk']),
  request: { params: z.strictObject({ list: id }) },
  responses: { 200: sentOctets('A pack (kazasu-gate pack take), or a delta to the version before it.') },
});

/** Lets organisers export entry lists, see the versions that there are, and take them along. */
export function listRoutes(maker: VersionMaker): Room {
  const { store, now } = maker;
  const routes = roomRoutes();
  routes.openapi(askExport, async (context) => {
    const { organisation, person } = context.var.actor;
    const { session } = context.req.valid('param');
    const asked = await askForExport(maker, { organisation, person, session, ...context.req.valid('json') });
    const location = `/api/list-exports/${asked}`;
    return context.json(await findExport(store, organisation, asked), 201, { location });
  });
  routes.openapi(showExport, async (context) => {
    const { export: asked } = context.req.valid('param');
    return context.json(await findExport(store, context.var.actor.organisation, asked), 200);
  });
  routes.openapi(exportsOfSession, async (context) => {
    const { after, limit } = context.req.valid('query');
    const { session } = context.req.valid('param');
    const { organisation } = context.var.actor;
    const items = await listExports(store, organisation, { session, after, limit: limit + 1 });
    return context.json(
      pageFrom(
        items,
        limit,
        (each) => each.id,
        (each) => each,
      ),
      200,
    );
  });
  routes.openapi(versionsOfSession, async (context) => {
    const { after, limit } = context.req.valid('query');
    const { session } = context.req.valid('param');
    const { organisation } = context.var.actor;
    const items = await listVersions(store, organisation, { session, after, limit: limit + 1 });
    return context.json(
      pageFrom(
        items,
        limit,
        (each) => each.id,
        (each) => each,
      ),
      200,
    );
  });
  routes.openapi(downloadVersion, async (context) => {
    const { organisation, person } = context.var.actor;
    const version = await findVersion(store, organisation, context.req.valid('param').list);
    const act = { organisation, person, act: 'lists.download', subject: version.id };
    await store.transaction((tables) => recordAct(tables, act, now()));
    return sentFile(context, store, version);
  });
  return { routes, problems: [listProblems] };
}
