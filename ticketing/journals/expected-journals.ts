import type { Store } from '../store/store.ts';
import type { ExpectedJournal } from './missing-journals.ts';

/** The gates that could admit to a session, by its packs or by their own journals, and how far those reach. */
export async function expectedJournals(
  store: Store,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<ExpectedJournal[]> {
  const given = await store.db
    .selectFrom('list_recipients')
    .innerJoin('entry_lists', 'entry_lists.id', 'list_recipients.list_id')
    .select(({ fn }) => [
      'list_recipients.gate_id as gate',
      fn.max('list_recipients.fetched_at').as('fetched_at'),
    ])
    .where('entry_lists.session_id', '=', id)
    .groupBy('list_recipients.gate_id')
    .execute();
  const seen = await store.db
    .selectFrom('journal_entries')
    .select('gate_id as gate')
    .distinct()
    .where('session', '=', name)
    .execute();
  const ids = [...new Set([...given, ...seen].map(({ gate }) => gate))];
  if (ids.length === 0) return [];
  const gates = await store.db
    .selectFrom('gates')
    .select(['id', 'name', 'door'])
    .where('id', 'in', ids)
    .orderBy('name')
    .execute();
  const expected: ExpectedJournal[] = [];
  for (const gate of gates) {
    const lastEntry = await store.db
      .selectFrom('journal_entries')
      .select(['at', 'kind'])
      .where('gate_id', '=', gate.id)
      .orderBy('epoch', 'desc')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    expected.push({
      gate: gate.name,
      door: gate.door,
      fetched: given.some((each) => each.gate === gate.id && each.fetched_at !== null),
      ...(lastEntry === undefined ? {} : { lastEntry }),
    });
  }
  return expected;
}
