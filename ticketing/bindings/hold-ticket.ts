import { lockEvents } from '../events/lock-events.ts';
import type { Store, Work } from '../store/store.ts';

/**
 * Holds a ticket's event until the transaction ends: what is sold, claimed, bound and taken back within one
 * event is in turn, since each may count for a quota of the other.
 */
export async function holdTicket(tables: Work, kind: Store['kind'], ticket: string): Promise<void> {
  const row = await tables
    .selectFrom('tickets')
    .select('event_id')
    .where('id', '=', ticket)
    .executeTakeFirst();
  if (row !== undefined) await lockEvents({ kind }, tables, [row.event_id]);
}
