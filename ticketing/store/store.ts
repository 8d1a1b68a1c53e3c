import { Kysely, Migrator, type Dialect, type Transaction } from 'kysely';
import { migrationsFor } from './migrations/migrations.ts';
import { postgresDialect } from './postgres-dialect.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

export type StoreKind = 'sqlite' | 'postgres';

/** The tables inside a transaction. */
export type Work = Transaction<Tables>;

/** The one store of the ticketing service, on either database. */
export interface Store {
  readonly kind: StoreKind;
  /** For questions. What changes something belongs in a transaction, and inside one only its own handle may be used. */
  readonly db: Kysely<Tables>;
  /**
   * Does all of it or nothing. Where it collides with others it is done again, so it must not do anything
   * but read and write through its handle: no HSM, no network.
   */
  transaction<Result>(work: (tables: Work) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const longestWait = 15_000;
/** serialization_failure and deadlock_detected; SQLite's writer's lock that did not come free. */
const collisions = new Set(['40001', '40P01', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT']);

/**
 * Opens the store: `postgres://…` is PostgreSQL, all else a SQLite file. Its tables must be of this
 * program's version; `migrate` brings them there.
 *
 * @example
 * const store = await openStore('state/ticketing.sqlite');
 * const seats = await store.db.selectFrom('seats').selectAll().where('session_id', '=', session).execute();
 */
export async function openStore(address: string): Promise<Store> {
  const store = connect(address);
  try {
    const waiting = await stepsLeft(store);
    if (waiting.length === 0) return store;
    throw new StoreError(
      'other-version',
      `The database lacks ${waiting.length} of this version's changes to its tables. Make a backup, then run "kazasu-ticketing db migrate".`,
    );
  } catch (error) {
    await store.close();
    throw error instanceof StoreError ? error : unreachable(error);
  }
}

/**
 * Brings the tables to this program's version; answers the steps that were taken. Several instances may do
 * so at once.
 */
export async function migrate(address: string): Promise<string[]> {
  const store = connect(address);
  try {
    const { error, results = [] } = await migrator(store).migrateToLatest();
    if (error !== undefined) throw unreachable(error);
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await store.close();
  }
}

function connect(address: string): Store {
  const kind = /^postgres(ql)?:\/\//.test(address) ? 'postgres' : 'sqlite';
  const dialect: Dialect = kind === 'postgres' ? postgresDialect(address) : sqliteDialect(address);
  const db = new Kysely<Tables>({ dialect });
  return {
    kind,
    db,
    transaction: (work) => again(() => db.transaction().execute(work)),
    close: () => db.destroy(),
  };
}

async function again<Result>(act: () => Promise<Result>): Promise<Result> {
  const end = performance.now() + longestWait;
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (!collisions.has(codeOf(error))) throw error;
      if (performance.now() > end) {
        const sentence = 'The database is too busy with the same rows; try again in a moment.';
        throw new StoreError('contended', sentence, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(5 * tries, 100)));
    }
  }
}

function migrator({ db, kind }: Store): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrationsFor(kind)) },
    migrationTableName: 'schema_steps',
    migrationLockTableName: 'schema_lock',
  });
}

async function stepsLeft(store: Store): Promise<string[]> {
  const steps = await migrator(store).getMigrations();
  return steps.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** No cause of a database driver's own: it may carry the address with its password. */
function unreachable(error: unknown): StoreError {
  const code = codeOf(error);
  const why = code === '' ? '' : ` (${code})`;
  return new StoreError(
    'unreachable',
    `The database cannot be used${why}. Check its address (DATABASE_URL, or "database" in the configuration), that it runs, and that this program may use it.`,
  );
}
