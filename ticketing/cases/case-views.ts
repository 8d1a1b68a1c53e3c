import { z } from '@hono/zod-openapi';
import { notFound } from '../http/http-error.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

export const caseStates = ['open', 'working', 'closed'] as const;
type CaseState = (typeof caseStates)[number];
type CaseRow = Tables['cases'];

export const caseInList = z
  .strictObject({
    id: z.string(),
    kind: z.string().meta({ description: 'What is wrong, in a word: double-entry.' }),
    subject: z.string().meta({ description: 'What it is about.' }),
    state: z.enum(caseStates),
    outcome: z.string().nullable().meta({ description: 'What it came to; none while it is open.' }),
    owner: z.string().nullable().meta({ description: 'Who works it.' }),
    event: z.string().nullable(),
    session: z.string().nullable(),
    openedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
    revision: z.int(),
  })
  .openapi('CaseInList');
export type CaseInList = z.output<typeof caseInList>;

export const caseView = caseInList
  .extend({
    detail: z.record(z.string(), z.unknown()).meta({ description: 'All that is needed to work it.' }),
    notes: z.array(
      z.strictObject({
        at: z.iso.datetime(),
        person: z.string().nullable().meta({ description: 'None where the service says it.' }),
        text: z.string(),
      }),
    ),
  })
  .openapi('Case');
export type CaseView = z.output<typeof caseView>;

/** Which of an organisation's cases, the newest first. */
export interface WantedCases {
  /** Older than this one. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly states?: readonly CaseState[];
  readonly kind?: string | undefined;
  readonly session?: string | undefined;
}

export function readCases(
  { db }: Pick<Store, 'db'>,
  organisation: string,
  { after, limit, states = caseStates, kind, session }: WantedCases,
): Promise<CaseRow[]> {
  let query = db
    .selectFrom('cases')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .where('state', 'in', states);
  if (after !== undefined) query = query.where('id', '<', after);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (session !== undefined) query = query.where('session_id', '=', session);
  return query.orderBy('id', 'desc').limit(limit).execute();
}

/** A case with its notes; refused as not there where it is another organisation's. */
export async function readCase(
  { db }: Pick<Store, 'db'>,
  organisation: string,
  one: string,
): Promise<CaseView> {
  const row = await db
    .selectFrom('cases')
    .selectAll()
    .where('id', '=', one)
    .where('organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw notFound('case');
  const notes = await db
    .selectFrom('case_notes')
    .selectAll()
    .where('case_id', '=', one)
    .orderBy('id')
    .execute();
  return {
    ...inList(row),
    detail: JSON.parse(row.detail) as Record<string, unknown>,
    notes: notes.map(({ at, person_id, text: words }) => ({
      at: new Date(at).toISOString(),
      person: person_id,
      text: words,
    })),
  };
}

export function inList(row: CaseRow): CaseInList {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    state: row.state,
    outcome: row.outcome,
    owner: row.owner_id,
    event: row.event_id,
    session: row.session_id,
    openedAt: new Date(row.opened_at).toISOString(),
    changedAt: new Date(row.changed_at).toISOString(),
    revision: row.revision,
  };
}
