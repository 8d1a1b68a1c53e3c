import { recordAct } from '../audit/record-act.ts';
import type { Actor } from '../http/actor.ts';
import { notFound } from '../http/http-error.ts';
import { requireRevision } from '../http/revision.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { CaseError } from './case-error.ts';

/** Which case, as who saw it, and when it is changed. */
export interface CaseChange {
  readonly actor: Pick<Actor, 'organisation' | 'person'>;
  readonly id: string;
  readonly revision: number;
  readonly now: number;
}

/** Takes a case on, also from nobody in particular; somebody else's only where that is said. */
export function takeCase(store: Store, change: CaseChange, fromOther = false): Promise<void> {
  return changeCase(store, change, 'cases.take', (row) => {
    requireOpen(row);
    if (row.owner_id !== null && row.owner_id !== change.actor.person && !fromOther) {
      throw new CaseError('taken', 'Somebody else works this case; ask, or take it over.');
    }
    return { state: 'working', owner_id: change.actor.person };
  });
}

/** Lets go of a case, so that another may take it. */
export function releaseCase(store: Store, change: CaseChange): Promise<void> {
  return changeCase(store, change, 'cases.release', (row) => {
    requireOpen(row);
    return { state: 'open', owner_id: null };
  });
}

/** Closes a case with what it came to, in words that whoever reads it later understands. */
export function closeCase(store: Store, change: CaseChange, outcome: string): Promise<void> {
  return changeCase(store, change, 'cases.close', (row) => {
    requireOpen(row);
    return { state: 'closed', outcome, owner_id: change.actor.person };
  });
}

/** Opens a closed case again, and says why. */
export function reopenCase(store: Store, change: CaseChange, why: string): Promise<void> {
  return changeCase(
    store,
    change,
    'cases.reopen',
    (row) => {
      if (row.state !== 'closed') throw new CaseError('not-closed', 'The case is open as it is.');
      return { state: 'open', outcome: null, owner_id: null };
    },
    why,
  );
}

/** Writes a note to a case, also to a closed one. Notes are never changed. */
export async function noteCase(
  store: Store,
  { actor, id, now }: Omit<CaseChange, 'revision'>,
  text: string,
): Promise<void> {
  await store.transaction(async (tables) => {
    await lockedCase(tables, store.kind, actor.organisation, id);
    await addNote(tables, id, actor.person, text, now);
    await recordAct(tables, { ...actor, act: 'cases.note', subject: id }, now);
  });
}

async function changeCase(
  store: Store,
  { actor, id, revision, now }: CaseChange,
  act: string,
  decide: (row: Tables['cases']) => Partial<Tables['cases']>,
  note?: string,
): Promise<void> {
  await store.transaction(async (tables) => {
    const row = await lockedCase(tables, store.kind, actor.organisation, id);
    requireRevision(row, revision);
    await tables
      .updateTable('cases')
      .set({ ...decide(row), changed_at: now, revision: row.revision + 1 })
      .where('id', '=', id)
      .execute();
    if (note !== undefined) await addNote(tables, id, actor.person, note, now);
    await recordAct(tables, { ...actor, act, subject: id, detail: { kind: row.kind } }, now);
  });
}

async function lockedCase(
  tables: Work,
  kind: Store['kind'],
  organisation: string,
  id: string,
): Promise<Tables['cases']> {
  const query = tables
    .selectFrom('cases')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisation);
  const row = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) throw notFound('case');
  return row;
}

async function addNote(tables: Work, id: string, person: string, text: string, now: number): Promise<void> {
  await tables
    .insertInto('case_notes')
    .values({ id: newId(now), case_id: id, person_id: person, at: now, text })
    .execute();
}

function requireOpen({ state }: Tables['cases']): void {
  if (state === 'closed') throw new CaseError('closed', 'The case is closed; open it again first.');
}
