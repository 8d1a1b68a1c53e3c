import { createRoute, z } from '@hono/zod-openapi';
import { recordAct } from '../audit/record-act.ts';
import { roles } from '../http/actor.ts';
import { forPeople } from '../http/guard.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { etagOf, seenRevision } from '../http/revision.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { role } from './forms.ts';
import { invitationLink, invite, recallInvitation } from './invitations.ts';
import { changeMember, listMembers, showMember, type Member } from './members.ts';
import { peopleProblems } from './people-error.ts';

export interface MemberParts {
  readonly store: Store;
  readonly now: () => number;
  readonly publicUrl: URL;
}

const state = z.enum(['active', 'disabled']);
const member = z
  .strictObject({
    person: z.string(),
    name: z.string(),
    signIn: z.string(),
    role,
    state,
    since: z.iso.datetime(),
    revision: z.int(),
  })
  .openapi('Member');
const invitation = z.strictObject({
  id: z.string(),
  role,
  expiresAt: z.iso.datetime(),
  state: z.enum(['open', 'taken', 'too-old']),
});
const organisation = z.strictObject({ id: z.string(), name: z.string() }).openapi('Organisation');
const organisationName = z.string().trim().min(1).max(100);
const ofPerson = z.strictObject({ person: z.string().min(1).max(64) });

const tags = ['people'];

const showOrganisation = createRoute({
  method: 'get',
  path: '/api/organisation',
  operationId: 'showOrganisation',
  tags,
  summary: 'The organisation.',
  ...forPeople(roles),
  responses: { 200: answer(organisation, 'The organisation.') },
});
const nameOrganisation = createRoute({
  method: 'put',
  path: '/api/organisation',
  operationId: 'nameOrganisation',
  tags,
  summary: 'Gives the organisation another name.',
  ...forPeople(['owner']),
  request: { body: jsonBody(z.strictObject({ name: organisationName })) },
  responses: { 200: answer(organisation, 'The organisation.') },
});
const list = createRoute({
  method: 'get',
  path: '/api/people',
  operationId: 'listPeople',
  tags,
  summary: 'The people of the organisation.',
  ...forPeople(['owner', 'auditor']),
  request: { query: pageQuery },
  responses: { 200: answer(pageOf(member), 'A page of people.') },
});
const show = createRoute({
  method: 'get',
  path: '/api/people/{person}',
  operationId: 'showPerson',
  tags,
  summary: 'One of the organisation’s people.',
  ...forPeople(['owner', 'auditor']),
  request: { params: ofPerson },
  responses: { 200: answer(member, 'The person.') },
});
const change = createRoute({
  method: 'put',
  path: '/api/people/{person}',
  operationId: 'changePerson',
  tags,
  summary: 'Gives a person another role, or disables or enables them.',
  description: 'It holds from their next request on. An owner must be left.',
  ...forPeople(['owner'], { changes: true }),
  request: { params: ofPerson, body: jsonBody(z.strictObject({ role, state })) },
  responses: { 200: answer(member, 'The person.') },
});
const inviteSomeone = createRoute({
  method: 'post',
  path: '/api/invitations',
  operationId: 'invite',
  tags,
  summary: 'Makes a link by which one person can join with that role, within three days.',
  ...forPeople(['owner'], { creates: true, answersSecret: true }),
  request: { body: jsonBody(z.strictObject({ role })) },
  responses: {
    201: answer(
      z.strictObject({ id: z.string(), link: z.url(), expiresAt: z.iso.datetime() }),
      'The link, shown once.',
    ),
  },
});
const listInvitations = createRoute({
  method: 'get',
  path: '/api/invitations',
  operationId: 'listInvitations',
  tags,
  summary: 'The invitations, the newest first.',
  ...forPeople(['owner', 'auditor']),
  request: { query: pageQuery },
  responses: { 200: answer(pageOf(invitation), 'A page of invitations.') },
});
const recall = createRoute({
  method: 'delete',
  path: '/api/invitations/{invitation}',
  operationId: 'recallInvitation',
  tags,
  summary: 'Takes an invitation back.',
  ...forPeople(['owner']),
  request: { params: z.strictObject({ invitation: z.string().min(1).max(64) }) },
  responses: { 204: { description: 'Its link is worth nothing any more.' } },
});

/** Lets owners look after the organisation’s people. */
export function memberRoutes({ store, now, publicUrl }: MemberParts): Room {
  const routes = roomRoutes();

  routes.openapi(showOrganisation, async (context) => {
    const { organisation } = context.var.actor;
    const known = await store.db
      .selectFrom('organisations')
      .select(['id', 'name'])
      .where('id', '=', organisation)
      .executeTakeFirstOrThrow();
    return context.json(known, 200);
  });

  routes.openapi(nameOrganisation, async (context) => {
    const { organisation, person } = context.var.actor;
    const { name } = context.req.valid('json');
    await store.transaction(async (tables) => {
      await tables.updateTable('organisations').set({ name }).where('id', '=', organisation).execute();
      await recordAct(
        tables,
        { organisation, person, act: 'organisation.name', subject: organisation, detail: { name } },
        now(),
      );
    });
    return context.json({ id: organisation, name }, 200);
  });

  routes.openapi(list, async (context) => {
    const { organisation } = context.var.actor;
    const { after = '', limit } = context.req.valid('query');
    const rows = await listMembers(store, { organisation, after, limit: limit + 1 });
    return context.json(
      pageFrom(rows, limit, (row) => row.person, view),
      200,
    );
  });

  routes.openapi(show, async (context) => {
    const found = await showMember(store, context.var.actor.organisation, context.req.valid('param').person);
    return context.json(view(found), 200, { etag: etagOf(found.revision) });
  });

  routes.openapi(change, async (context) => {
    const { organisation, person: by } = context.var.actor;
    const { person } = context.req.valid('param');
    const where = { organisation, person, by, seen: seenRevision(context) };
    await changeMember(store, where, context.req.valid('json'), now());
    const changed = await showMember(store, organisation, person);
    return context.json(view(changed), 200, { etag: etagOf(changed.revision) });
  });

  routes.openapi(inviteSomeone, async (context) => {
    const { organisation, person: by } = context.var.actor;
    const { role } = context.req.valid('json');
    const made = await store.transaction((tables) => invite(tables, { organisation, role, by }, now()));
    const link = invitationLink(publicUrl, made);
    return context.json({ id: made.id, link, expiresAt: new Date(made.expiresAt).toISOString() }, 201);
  });

  routes.openapi(listInvitations, async (context) => {
    const { organisation } = context.var.actor;
    const { after, limit } = context.req.valid('query');
    let query = store.db
      .selectFrom('invitations')
      .select(['id', 'role', 'expires_at', 'used_at'])
      .where('organisation_id', '=', organisation);
    if (after !== undefined) query = query.where('id', '<', after);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = pageFrom(
      rows,
      limit,
      (row) => row.id,
      ({ id, role, expires_at, used_at }) => ({
        id,
        role,
        expiresAt: new Date(expires_at).toISOString(),
        state:
          used_at !== null
            ? ('taken' as const)
            : expires_at <= now()
              ? ('too-old' as const)
              : ('open' as const),
      }),
    );
    return context.json(page, 200);
  });

  routes.openapi(recall, async (context) => {
    const { organisation, person: by } = context.var.actor;
    const { invitation } = context.req.valid('param');
    await recallInvitation(store, { organisation, invitation, by }, now());
    return context.body(null, 204);
  });

  return { routes, problems: [peopleProblems] };
}

function view({ since, ...member }: Member) {
  return { ...member, since: new Date(since).toISOString() };
}
