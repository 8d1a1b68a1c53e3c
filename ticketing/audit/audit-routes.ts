import { createRoute, z } from '@hono/zod-openapi';
import { forPeople } from '../http/guard.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { answer, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';

const auditAct = z
  .strictObject({
    id: z.string(),
    at: z.iso.datetime(),
    person: z.string().nullable().meta({ description: 'None where the service did it by itself.' }),
    act: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .openapi('AuditAct');

const listActs = createRoute({
  method: 'get',
  path: '/api/audit',
  operationId: 'listAudit',
  tags: ['audit'],
  summary: 'Who did what, the newest first.',
  ...forPeople(['owner', 'auditor']),
  request: {
    query: pageQuery.extend({
      person: z.string().min(1).max(64).optional(),
      act: z.string().min(1).max(64).optional().meta({ description: 'One act, as events.publish.' }),
      subject: z.string().min(1).max(64).optional(),
    }),
  },
  responses: { 200: answer(pageOf(auditAct), 'A page of acts.') },
});

/** Lets owners and auditors read the organisation's audit log. */
export function auditRoutes({ store }: { readonly store: Store }): Room {
  const routes = roomRoutes();
  routes.openapi(listActs, async (context) => {
    const { organisation } = context.var.actor;
    const { after, limit, person, act, subject } = context.req.valid('query');
    let query = store.db.selectFrom('audit').selectAll().where('organisation_id', '=', organisation);
    if (after !== undefined) query = query.where('id', '<', after);
    if (person !== undefined) query = query.where('person_id', '=', person);
    if (act !== undefined) query = query.where('act', '=', act);
    if (subject !== undefined) query = query.where('subject', '=', subject);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = pageFrom(
      rows,
      limit,
      (row) => row.id,
      (row) => ({
        id: row.id,
        at: new Date(row.at).toISOString(),
        person: row.person_id,
        act: row.act,
        subject: row.subject,
        detail: JSON.parse(row.detail) as z.output<typeof auditAct>['detail'],
      }),
    );
    return context.json(page, 200);
  });
  return { routes, problems: [] };
}
