import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';

/** Something that people must look at, as it was found. */
export interface FoundCase {
  readonly organisation: string;
  readonly event?: string;
  readonly session?: string;
  /** What is wrong, in a word: `double-entry`. */
  readonly kind: string;
  /** What it is about, the same each time it is found: of one kind and subject there is one case. */
  readonly subject: string;
  /** All that is needed to work it, as JSON. No serial, hash or name. */
  readonly detail: object;
}

/** What became of what was found: a new case; one that is there; one there that now holds more, opened again where it was closed. */
export type CaseOutcome = 'opened' | 'known' | 'grown' | 'reopened';

/**
 * Makes a case of what was found, in the transaction that found it. Found again it is the same case; where
 * more is known of it by now it is told that, and one that was closed opens again and says why.
 *
 * @example
 * await openCase(tables, store.kind, { organisation, session, kind: 'double-entry', subject: 'ticket K-7', detail }, now);
 */
export async function openCase(
  tables: Work,
  kind: Store['kind'],
  found: FoundCase,
  now: number,
): Promise<CaseOutcome> {
  const detail = JSON.stringify(inOrder(found.detail));
  const { numInsertedOrUpdatedRows } = await tables
    .insertInto('cases')
    .values({
      id: newId(now),
      organisation_id: found.organisation,
      event_id: found.event ?? null,
      session_id: found.session ?? null,
      kind: found.kind,
      subject: found.subject,
      detail,
      state: 'open',
      opened_at: now,
      changed_at: now,
      revision: 1,
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'kind', 'subject']).doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) return 'opened';
  const query = tables
    .selectFrom('cases')
    .select(['id', 'state', 'detail', 'revision'])
    .where('organisation_id', '=', found.organisation)
    .where('kind', '=', found.kind)
    .where('subject', '=', found.subject);
  const known = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirstOrThrow();
  if (known.detail === detail) return 'known';
  await tables
    .updateTable('cases')
    .set({ detail, changed_at: now, revision: known.revision + 1, outcome: null })
    .set(known.state === 'closed' ? { state: 'open' as const } : {})
    .where('id', '=', known.id)
    .execute();
  if (known.state !== 'closed') return 'grown';
  await addServiceNote(tables, known.id, 'Opened again: more was found since it was closed.', now);
  return 'reopened';
}

/**
 * Closes a case by the service itself, where what it waited for has come, and says so in a note. One that a
 * person has closed already stays as that person left it.
 */
export async function settleCase(
  tables: Work,
  found: Pick<FoundCase, 'organisation' | 'kind' | 'subject'>,
  why: string,
  now: number,
): Promise<void> {
  const open = await tables
    .selectFrom('cases')
    .select(['id', 'revision'])
    .where('organisation_id', '=', found.organisation)
    .where('kind', '=', found.kind)
    .where('subject', '=', found.subject)
    .where('state', '<>', 'closed')
    .executeTakeFirst();
  if (open === undefined) return;
  const { numUpdatedRows } = await tables
    .updateTable('cases')
    .set({ state: 'closed', outcome: 'settled', changed_at: now, revision: open.revision + 1 })
    .where('id', '=', open.id)
    .where('revision', '=', open.revision)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 1n) await addServiceNote(tables, open.id, why, now);
}

async function addServiceNote(tables: Work, caseId: string, text: string, now: number): Promise<void> {
  await tables
    .insertInto('case_notes')
    .values({ id: newId(now), case_id: caseId, person_id: null, at: now, text })
    .execute();
}

/** The same thing found in another order is the same text: members by name, at every depth. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, inOrder(each)]),
  );
}
