import type { Store, Work } from '../store/store.ts';
import { newId } from '../store/new-id.ts';

/** A ticket whose entry in its session's lists is another one from now on. */
export interface ChangedTicket {
  readonly session: string;
  readonly ticket: string;
}

/**
 * Says, in the transaction that changes them, that gates must hear of these tickets anew: one became valid or
 * ended, its seat is another, a card was bound to it or taken from it.
 *
 * Each change has a row of its own, also the second of a ticket: a row that is there already may be on its
 * way into a cut that does not see this change yet.
 */
export async function markChanged(
  tables: Work,
  changed: readonly ChangedTicket[],
  now: number = Date.now(),
): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.map(({ session, ticket }) => ({
    id: newId(now),
    session_id: session,
    ticket_id: ticket,
    cut: null,
  }));
  await tables.insertInto('list_changes').values(rows).execute();
}

/**
 * Cuts a session's changes: those that are committed now get this cut's number. What is read of the tickets
 * afterwards has at least these changes in it; what it has beyond them comes again with the next cut, and
 * listing a thing twice changes nothing. A full list is read after a cut of its own.
 *
 * Changes that commit while others cut wait for nobody: only the cuts of one session are in turn.
 *
 * @example
 * const cut = await store.transaction((tables) => cutChanges(tables, session));
 * for await (const change of changesToList(store, session, { after: group.cut, upTo: cut })) …
 */
export async function cutChanges(tables: Work, session: string): Promise<number> {
  const { cut } = await tables
    .insertInto('list_cuts')
    .values({ session_id: session, cut: 1 })
    .onConflict((conflict) =>
      conflict.column('session_id').doUpdateSet(({ eb }) => ({ cut: eb('list_cuts.cut', '+', 1) })),
    )
    .returning('cut')
    .executeTakeFirstOrThrow();
  await tables
    .updateTable('list_changes')
    .set({ cut })
    .where('session_id', '=', session)
    .where('cut', 'is', null)
    .execute();
  return cut;
}

/** Whether a session has changes that no cut has yet. */
export async function hasChanges(store: Store, session: string): Promise<boolean> {
  const row = await store.db
    .selectFrom('list_changes')
    .select('id')
    .where('session_id', '=', session)
    .where('cut', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Forgets changes that every gate group has been given. */
export async function forgetChanges(tables: Work, session: string, upTo: number): Promise<void> {
  await tables
    .deleteFrom('list_changes')
    .where('session_id', '=', session)
    .where('cut', '<=', upTo)
    .execute();
}
