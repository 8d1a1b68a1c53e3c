import { endBindings } from '../bindings/end-bindings.ts';
import { lockEvents } from '../events/lock-events.ts';
import type { JobKind } from '../jobs/job.ts';
import type { Store } from '../store/store.ts';

const hour = 3_600_000;
/** Tills tell the payment company, and the company us: who paid at the last minute is not to lose the seats. */
export const noticesTake = 6 * hour;
const page = 100;

/** Ends applications that nobody paid for in time, and frees their seats. */
export function lapseUnpaid({
  store,
  now,
}: {
  readonly store: Store;
  readonly now: () => number;
}): JobKind<unknown> {
  return {
    name: 'lapse-unpaid',
    everyMs: 60_000,
    run: async () => {
      for (let isMore = true; isMore;) {
        const over = await store.db
          .selectFrom('applications')
          .select(['id', 'event_id as event'])
          .where('state', '=', 'reserved')
          .where('due_at', '<', now() - noticesTake)
          .orderBy('due_at')
          .limit(page)
          .execute();
        for (const each of over) await lapse(store, each, now());
        isMore = over.length === page;
      }
    },
  };
}

async function lapse(
  store: Store,
  { id, event }: { readonly id: string; readonly event: string },
  now: number,
): Promise<void> {
  await store.transaction(async (tables) => {
    await lockEvents(store, tables, [event]);
    const { numUpdatedRows } = await tables
      .updateTable('applications')
      .set({ state: 'lapsed', ended_at: now })
      .where('id', '=', id)
      .where('state', '=', 'reserved')
      .executeTakeFirstOrThrow();
    // It was paid for meanwhile, or another instance was first.
    if (numUpdatedRows === 0n) return;
    const ended = await tables
      .updateTable('tickets')
      .set({ state: 'ended', ended_why: 'lapsed', changed_at: now })
      .where('application_id', '=', id)
      .where('state', '=', 'reserved')
      .returning('id')
      .execute();
    const tickets = ended.map((ticket) => ticket.id);
    if (tickets.length === 0) return;
    await tables
      .updateTable('seats')
      .set({ state: 'free', ticket_id: null })
      .where('ticket_id', 'in', tickets)
      .execute();
    await endBindings(tables, { which: { tickets }, state: 'ended', why: 'ticket-ended', now });
  });
}
