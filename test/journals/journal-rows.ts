import type { Store } from '../../ticketing/store/store.ts';

const tables = [
  'gate_logs',
  'journal_entries',
  'journal_files',
  'cases',
  'case_notes',
  'jobs',
  'audit',
] as const;

/** All rows of all tables that a journal may change. */
export async function journalRows(store: Store): Promise<object> {
  const rows = await Promise.all(
    tables.map(async (table) => [table, await store.db.selectFrom(table).selectAll().execute()]),
  );
  return Object.fromEntries(rows) as object;
}
