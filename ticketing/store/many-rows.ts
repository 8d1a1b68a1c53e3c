import { sql, type RawBuilder } from 'kysely';
import type { Store, StoreKind, Work } from './store.ts';
import type { Tables } from './tables.ts';

/** How a column travels in JSON: bytes as hexadecimal. */
export type ColumnKind = 'text' | 'number' | 'bytes';

/** Each column of some rows, by name. */
export type Columns<Row> = { readonly [Name in keyof Row]-?: ColumnKind };

/**
 * Rows as something to select from, in one parameter however many they are: the statement stays the same,
 * so it is prepared once, and nothing is compiled for each row.
 *
 * @example
 * sql`update seats set state = 'free' from ${rowsAs('gone', store.kind, { id: 'text' }, rows)} where seats.id = gone.id`
 */
export function rowsAs<Row extends object>(
  name: string,
  kind: StoreKind,
  columns: Columns<Row>,
  rows: readonly Row[],
): RawBuilder<Row> {
  const json = JSON.stringify(rows, bytesAsHex);
  const all = Object.entries<ColumnKind>(columns);
  const alias = sql.ref(name);
  if (kind === 'sqlite') {
    const picked = all.map(([column, as]) => {
      const value = `value->>'${column}'`;
      return sql`${sql.raw(as === 'bytes' ? `unhex(${value})` : value)} as ${sql.ref(column)}`;
    });
    return sql<Row>`(select ${sql.join(picked)} from json_each(${json})) as ${alias}`;
  }
  const picked = all.map(([column, as]) =>
    as === 'bytes' ? sql`decode(${sql.ref(column)}, 'hex') as ${sql.ref(column)}` : sql.ref(column),
  );
  const defined = all.map(
    ([column, as]) => sql`${sql.ref(column)} ${sql.raw(as === 'number' ? 'numeric' : 'text')}`,
  );
  return sql<Row>`(select ${sql.join(picked)} from jsonb_to_recordset(${json}::jsonb) as given(${sql.join(defined)})) as ${alias}`;
}

/** Inserts rows, any number of them, in one statement. */
export async function insertRows<Name extends keyof Tables>(
  { kind }: Pick<Store, 'kind'>,
  tables: Work,
  table: Name,
  columns: Columns<Tables[Name]>,
  rows: readonly Tables[Name][],
): Promise<void> {
  if (rows.length === 0) return;
  const names = sql.join(Object.keys(columns).map((column) => sql.ref(column)));
  const given = rowsAs('given_rows', kind, columns, rows);
  await sql`insert into ${sql.table(table)} (${names}) select ${names} from ${given}`.execute(tables);
}

/** Buffers reach a replacer as what their toJSON made of them, so they are taken from their holder. */
function bytesAsHex(this: unknown, key: string, value: unknown): unknown {
  const held: unknown = (this as Record<string, unknown>)[key];
  return held instanceof Uint8Array ? Buffer.from(held).toString('hex') : value;
}
