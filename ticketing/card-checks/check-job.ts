import { addJob, type JobKind } from '../jobs/job.ts';
import type { Work } from '../store/store.ts';
import type { CardChecks } from './card-checks.ts';

const checkName = { name: 'check-cards' };

/** Has a session's cards checked in the background; once, however often that is asked for meanwhile. */
export function askForCheck(tables: Work, session: string, now: number): Promise<void> {
  return addJob(tables, { kind: checkName, payload: { session }, runAt: now, name: session });
}

export function checkJob(checks: CardChecks): JobKind<{ readonly session: string }> {
  return { ...checkName, mostMs: 1_800_000, run: ({ session }) => checks.session(session) };
}
