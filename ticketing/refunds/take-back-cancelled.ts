import { lockEvents } from '../events/lock-events.ts';
import type { JobKind } from '../jobs/job.ts';
import type { Store } from '../store/store.ts';
import { endTickets, takeBack } from './take-back.ts';

const page = 100;

/**
 * Takes back what was sold of sessions that were cancelled, application by application. Tickets that others
 * sold end too; their money is for whoever took it to pay back.
 */
export function takeBackCancelled({
  store,
  now,
}: {
  readonly store: Store;
  readonly now: () => number;
}): JobKind<unknown> {
  return {
    name: 'take-back-cancelled',
    everyMs: 60_000,
    run: async () => {
      while (await takeSomeBack(store, now())) continue;
      while (await endSomeImported(store, now())) continue;
    },
  };
}

async function takeSomeBack(store: Store, now: number): Promise<boolean> {
  const found = await store.db
    .selectFrom('applications')
    .innerJoin('sessions', 'sessions.id', 'applications.session_id')
    .select(['applications.id', 'applications.event_id'])
    .where('sessions.state', '=', 'cancelled')
    .where('applications.state', 'in', ['reserved', 'paid'])
    .limit(page)
    .execute();
  for (const { id, event_id } of found) {
    await store.transaction(async (tables) => {
      await lockEvents(store, tables, [event_id]);
      const { state } = await tables
        .selectFrom('applications')
        .select('state')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      // Another instance was first.
      if (state !== 'reserved' && state !== 'paid') return;
      await takeBack(tables, { application: id, why: 'session-cancelled', now });
    });
  }
  return found.length === page;
}

async function endSomeImported(store: Store, now: number): Promise<boolean> {
  return store.transaction(async (tables) => {
    const found = await tables
      .selectFrom('tickets')
      .innerJoin('sessions', 'sessions.id', 'tickets.session_id')
      .select('tickets.id')
      .where('sessions.state', '=', 'cancelled')
      .where('tickets.application_id', 'is', null)
      .where('tickets.state', '!=', 'ended')
      .limit(page)
      .execute();
    if (found.length === 0) return false;
    const tickets = found.map(({ id }) => id);
    await endTickets(tables, tickets, { why: 'cancelled', now });
    return found.length === page;
  });
}
