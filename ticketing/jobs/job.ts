import type { Work } from '../store/store.ts';
import { newId } from '../store/new-id.ts';

/** One kind of background work. */
export interface JobKind<Payload> {
  readonly name: string;
  /**
   * Does it. It may be begun again: an instance that has it in hand may die at any point, or lose it by
   * taking longer than it may. What it raises is tried again later.
   */
  run(payload: Payload): Promise<void>;
  /** How long one attempt may take before another instance may begin it anew; five minutes where left out. */
  readonly mostMs?: number;
  /** After how many attempts people must look at it; ten where left out. */
  readonly mostAttempts?: number;
  /** Where it is to be done again and again: how long after each time. */
  readonly everyMs?: number;
}

export interface JobToDo<Payload> {
  readonly kind: Pick<JobKind<Payload>, 'name'>;
  readonly payload: Payload;
  readonly runAt: number;
  /** Where a job of this kind and name waits already, that one serves. */
  readonly name?: string;
}

/**
 * Puts a job into the store, in the transaction of what makes it needed: it is done if and only if that is.
 *
 * @example
 * await addJob(tables, { kind: lapse, payload: { application }, runAt: dueAt, name: application });
 */
export async function addJob<Payload>(
  tables: Work,
  { kind, payload, runAt, name }: JobToDo<Payload>,
): Promise<void> {
  const id = newId();
  await tables
    .insertInto('jobs')
    .values({
      id,
      kind: kind.name,
      name: name ?? id,
      payload: JSON.stringify(payload),
      state: 'waiting',
      run_at: runAt,
      attempts: 0,
      taken_until: 0,
      taken_by: null,
      error: null,
    })
    .onConflict((conflict) => conflict.columns(['kind', 'name']).doNothing())
    .execute();
}
