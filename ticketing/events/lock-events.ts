import type { Store, Work } from '../store/store.ts';

/**
 * Holds some events until the transaction ends, so that of two that sell, take back or change what one event
 * has, the second sees all that the first did. It is the first thing that such a transaction does. On SQLite
 * a transaction holds the whole database from its beginning.
 */
export async function lockEvents(
  { kind }: Pick<Store, 'kind'>,
  tables: Work,
  events: readonly string[],
): Promise<void> {
  if (kind === 'sqlite' || events.length === 0) return;
  // In one order, so that no two wait for each other; and so that rows which only refer to an event go in.
  await tables
    .selectFrom('events')
    .select('id')
    .where('id', 'in', [...events])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}
