import { addJob, type JobKind } from '../jobs/job.ts';
import type { Store, Work } from '../store/store.ts';
import { handOverWithin } from './missing-journals.ts';
import { reconcile } from './reconcile-session.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** Journals of many gates come close together: they are looked at once. */
const together = 10_000;
const reconcileName = { name: 'journals.reconcile' };

interface ToReconcile {
  /** As journals name it. */
  readonly session: string;
}

/**
 * Has a session looked at again, in the transaction that brings what is new of it. A job that is under way
 * may have read without it, so what is new in a span of time has a job of its own after that span.
 */
export async function askToReconcile(tables: Work, session: string, now: number): Promise<void> {
  const span = Math.floor(now / together);
  const payload: ToReconcile = { session };
  const runAt = (span + 2) * together;
  await addJob(tables, { kind: reconcileName, payload, name: `${session} ${span}`, runAt });
}

/** The background work of journals: sessions of which something is new, and those that have ended. */
export function reconcileJobs(store: Store, now: () => number): [JobKind<ToReconcile>, JobKind<object>] {
  return [
    {
      ...reconcileName,
      run: async ({ session }) => {
        await reconcile(store, session, now());
      },
    },
    {
      name: 'journals.reconcile-ended',
      everyMs: 15 * minute,
      run: async () => {
        for (const session of await endedSessions(store, now())) await reconcile(store, session, now());
      },
    },
  ];
}

/** Sessions whose journals should be in by now; looked after for a fortnight. */
async function endedSessions(store: Store, now: number): Promise<string[]> {
  const rows = await store.db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select(['events.name as event', 'sessions.name as session'])
    .where('sessions.valid_until', '<=', now - handOverWithin)
    .where('sessions.valid_until', '>', now - 14 * day)
    .where('events.state', '<>', 'erased')
    .execute();
  return rows.map(({ event, session }) => `${event}/${session}`);
}
