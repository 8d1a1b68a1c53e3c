import { sql } from 'kysely';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { addJob, type JobKind } from './job.ts';

const minute = 60_000;
const longestDelay = 60 * minute;
const lookEvery = 1_000;

/** A job that an instance has in hand. */
interface TakenJob {
  readonly id: string;
  readonly kind: string;
  readonly payload: string;
  readonly attempts: number;
}

export interface JobRunnerOptions {
  readonly store: Store;
  // The payload of a kind is what `addJob` was given for it; the table of kinds holds many.
  readonly kinds: readonly JobKind<never>[];
  readonly now?: () => number;
  /** Told of each attempt that failed; the error is the kind's own. */
  readonly onFailure?: (kind: string, error: unknown, isLast: boolean) => void;
}

/**
 * Does the jobs that are due, one after the other. Any number of instances may run on one store: a job is
 * in the hands of one at a time, and of another once that one has had it for too long.
 *
 * @example
 * const runner = new JobRunner({ store, kinds: [lapse, recheck, deliver] });
 * await runner.start();
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #kinds: ReadonlyMap<string, JobKind<never>>;
  readonly #now: () => number;
  readonly #me = newId();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopping = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
    this.#now = options.now ?? Date.now;
  }

  /** Sees that what is done again and again has its next time, then looks for work until it is stopped. */
  async start(): Promise<void> {
    await this.#options.store.transaction(async (tables) => {
      for (const kind of this.#kinds.values()) {
        if (kind.everyMs === undefined) continue;
        await addJob<unknown>(tables, { kind, payload: {}, runAt: this.#now(), name: 'again' });
      }
    });
    this.#look();
  }

  /** Does all that is due; answers how many attempts that took. */
  async runDue(): Promise<number> {
    let count = 0;
    for (let job = await this.#take(); job !== undefined; job = await this.#take()) {
      count += 1;
      await this.#attempt(job);
      if (this.#stopping) break;
    }
    return count;
  }

  /** Ends once the job in hand is done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #look(): void {
    if (this.#stopping) return;
    this.#running = this.runDue()
      .catch((error: unknown) => {
        this.#options.onFailure?.('jobs', error, false);
      })
      .finally(() => {
        if (!this.#stopping)
          this.#timer = setTimeout(() => {
            this.#look();
          }, lookEvery);
      });
  }

  async #take(): Promise<TakenJob | undefined> {
    const { store } = this.#options;
    const now = this.#now();
    return store.transaction(async (tables) => {
      const due = tables
        .selectFrom('jobs')
        .select(['id', 'kind', 'payload', 'attempts'])
        .where('state', '=', 'waiting')
        .where('run_at', '<=', now)
        .where('taken_until', '<=', now)
        .where('kind', 'in', [...this.#kinds.keys()])
        .orderBy('run_at')
        .limit(1);
      const job = await (store.kind === 'postgres' ? due.forUpdate().skipLocked() : due).executeTakeFirst();
      if (job === undefined) return undefined;
      const until = now + (this.#kinds.get(job.kind)?.mostMs ?? 5 * minute);
      await tables
        .updateTable('jobs')
        .set({ taken_until: until, taken_by: this.#me, attempts: sql`attempts + 1` })
        .where('id', '=', job.id)
        .execute();
      return { ...job, attempts: job.attempts + 1 };
    });
  }

  async #attempt(job: TakenJob): Promise<void> {
    const kind = this.#kinds.get(job.kind);
    if (kind === undefined) return;
    try {
      await kind.run(JSON.parse(job.payload) as never);
      await this.#done(job, kind);
    } catch (error) {
      await this.#failed(job, kind, error);
    }
  }

  async #done({ id }: TakenJob, { everyMs }: JobKind<never>): Promise<void> {
    await this.#options.store.transaction(async (tables) => {
      // Where another instance has it by now, it is the other's to end.
      const mine = { id, taken_by: this.#me };
      if (everyMs === undefined) {
        await tables
          .deleteFrom('jobs')
          .where('id', '=', mine.id)
          .where('taken_by', '=', mine.taken_by)
          .execute();
        return;
      }
      const next = {
        run_at: this.#now() + everyMs,
        attempts: 0,
        taken_until: 0,
        taken_by: null,
        error: null,
      };
      await tables
        .updateTable('jobs')
        .set(next)
        .where('id', '=', mine.id)
        .where('taken_by', '=', mine.taken_by)
        .execute();
    });
  }

  async #failed(job: TakenJob, kind: JobKind<never>, error: unknown): Promise<void> {
    // What is done again and again has no last time.
    const isLast = kind.everyMs === undefined && job.attempts >= (kind.mostAttempts ?? 10);
    this.#options.onFailure?.(job.kind, error, isLast);
    const delay = Math.min(minute * 2 ** (job.attempts - 1), longestDelay);
    await this.#options.store.transaction(async (tables) => {
      await tables
        .updateTable('jobs')
        .set({
          state: isLast ? 'failed' : 'waiting',
          run_at: this.#now() + delay,
          taken_until: 0,
          taken_by: null,
          error: codeOf(error),
        })
        .where('id', '=', job.id)
        .where('taken_by', '=', this.#me)
        .execute();
    });
  }
}

/** The code alone: a sentence of someone else's may hold anything. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unexpected';
}
