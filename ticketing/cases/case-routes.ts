import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { forPeople } from '../http/guard.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { problemsOf } from '../http/problem.ts';
import { etagOf, seenRevision } from '../http/revision.ts';
import { answer, jsonBody, roomRoutes, type PeopleEnv, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { CaseError } from './case-error.ts';
import { caseInList, caseStates, caseView, inList, readCase, readCases } from './case-views.ts';
import { closeCase, noteCase, releaseCase, reopenCase, takeCase, type CaseChange } from './work-case.ts';

const tags = ['cases'];
const readers = ['owner', 'organiser', 'desk', 'auditor'] as const;
const workers = ['owner', 'organiser', 'desk'] as const;
const id = z.string().min(1).max(64);
const params = z.strictObject({ case: id });
const text = z.string().trim().min(1).max(2000);

const asItIs = { 200: answer(caseView, 'The case as it is now; its ETag is what If-Match takes.') };

const list = createRoute({
  method: 'get',
  path: '/api/cases',
  operationId: 'listCases',
  tags,
  summary: 'What people must look at, the newest first.',
  ...forPeople([...readers]),
  request: {
    query: pageQuery.extend({
      state: z.enum(caseStates).optional(),
      kind: z.string().min(1).max(64).optional(),
      session: id.optional(),
    }),
  },
  responses: { 200: answer(pageOf(caseInList), 'A page of cases.') },
});

const show = createRoute({
  method: 'get',
  path: '/api/cases/{case}',
  operationId: 'showCase',
  tags,
  summary: 'Shows a case with all that is needed to work it, and its notes.',
  ...forPeople([...readers]),
  request: { params },
  responses: asItIs,
});

const take = createRoute({
  method: 'post',
  path: '/api/cases/{case}/take',
  operationId: 'takeCase',
  tags,
  summary: 'Takes a case on; somebody else’s only where “over” says so.',
  ...forPeople([...workers], { changes: true }),
  request: { params, body: jsonBody(z.strictObject({ over: z.boolean().default(false) })) },
  responses: asItIs,
});

const release = createRoute({
  method: 'post',
  path: '/api/cases/{case}/release',
  operationId: 'releaseCase',
  tags,
  summary: 'Lets go of a case, so that another may take it.',
  ...forPeople([...workers], { changes: true }),
  request: { params },
  responses: asItIs,
});

const close = createRoute({
  method: 'post',
  path: '/api/cases/{case}/close',
  operationId: 'closeCase',
  tags,
  summary: 'Closes a case with what it came to.',
  ...forPeople([...workers], { changes: true }),
  request: { params, body: jsonBody(z.strictObject({ outcome: text })) },
  responses: asItIs,
});

const reopen = createRoute({
  method: 'post',
  path: '/api/cases/{case}/reopen',
  operationId: 'reopenCase',
  tags,
  summary: 'Opens a closed case again, and says why.',
  ...forPeople([...workers], { changes: true }),
  request: { params, body: jsonBody(z.strictObject({ why: text })) },
  responses: asItIs,
});

const note = createRoute({
  method: 'post',
  path: '/api/cases/{case}/notes',
  operationId: 'noteCase',
  tags,
  summary: 'Writes a note to a case. Notes stay as they are.',
  ...forPeople([...workers], { creates: true }),
  request: { params, body: jsonBody(z.strictObject({ text })) },
  responses: { 201: answer(caseView, 'The case with its notes.') },
});

export interface CaseRoutesParts {
  readonly store: Store;
  readonly now: () => number;
}

/** Lets people see what must be looked at, and work it. */
export function caseRoutes({ store, now }: CaseRoutesParts): Room {
  const routes = roomRoutes();
  const change = (context: Context<PeopleEnv>, one: string): CaseChange => ({
    actor: context.var.actor,
    id: one,
    revision: seenRevision(context),
    now: now(),
  });
  const shown = async (context: Context<PeopleEnv>, one: string) => {
    const view = await readCase(store, context.var.actor.organisation, one);
    return { view, headers: { etag: etagOf(view.revision) } };
  };

  routes.openapi(list, async (context) => {
    const { after, limit, state, kind, session } = context.req.valid('query');
    const rows = await readCases(store, context.var.actor.organisation, {
      after,
      limit: limit + 1,
      ...(state === undefined ? {} : { states: [state] }),
      kind,
      session,
    });
    return context.json(
      pageFrom(rows, limit, (row) => row.id, inList),
      200,
    );
  });
  routes.openapi(show, async (context) => {
    const { view, headers } = await shown(context, context.req.valid('param').case);
    return context.json(view, 200, headers);
  });
  routes.openapi(take, async (context) => {
    const { case: one } = context.req.valid('param');
    await takeCase(store, change(context, one), context.req.valid('json').over);
    const { view, headers } = await shown(context, one);
    return context.json(view, 200, headers);
  });
  routes.openapi(release, async (context) => {
    const { case: one } = context.req.valid('param');
    await releaseCase(store, change(context, one));
    const { view, headers } = await shown(context, one);
    return context.json(view, 200, headers);
  });
  routes.openapi(close, async (context) => {
    const { case: one } = context.req.valid('param');
    await closeCase(store, change(context, one), context.req.valid('json').outcome);
    const { view, headers } = await shown(context, one);
    return context.json(view, 200, headers);
  });
  routes.openapi(reopen, async (context) => {
    const { case: one } = context.req.valid('param');
    await reopenCase(store, change(context, one), context.req.valid('json').why);
    const { view, headers } = await shown(context, one);
    return context.json(view, 200, headers);
  });
  routes.openapi(note, async (context) => {
    const { case: one } = context.req.valid('param');
    const { actor } = context.var;
    await noteCase(store, { actor, id: one, now: now() }, context.req.valid('json').text);
    const { view, headers } = await shown(context, one);
    return context.json(view, 201, headers);
  });
  const problems = [problemsOf(CaseError, { closed: 409, 'not-closed': 409, taken: 409 })];
  return { routes, problems };
}
