import { PostgresDialect, type Dialect } from 'kysely';
import pg from 'pg';

/** A set of parsers for this pool: the module's own are everybody's. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/** Kysely on PostgreSQL, with times and counts as numbers: none of ours is beyond 2^53. */
export function postgresDialect(url: string, connections = 8): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    types,
  });
  // A connection that breaks while nobody uses it is replaced; without a listener it would end the process.
  pool.on('error', () => undefined);
  return new PostgresDialect({ pool });
}
