import type { Insertable } from 'kysely';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { KeptLeaves, SignedEntry } from './signed-entries.ts';

type EntryRow = Insertable<Tables['journal_entries']>;

const rowsAtOnce = 500;
const pageOfLeaves = 20_000;

/** The leaf hashes that are kept of a log. */
export async function keptLeaves(store: Store, gate: string, epoch: number): Promise<KeptLeaves> {
  const leaves = new Map<number, Uint8Array[]>();
  for (let from = 0; ;) {
    const rows = await store.db
      .selectFrom('journal_entries')
      .select(['number', 'leaf'])
      .where('gate_id', '=', gate)
      .where('epoch', '=', epoch)
      .where('number', '>=', from)
      .where('number', '<', from + pageOfLeaves)
      .execute();
    for (const { number, leaf } of rows) leaves.set(number, [...(leaves.get(number) ?? []), leaf]);
    if (rows.length === 0) return leaves;
    from += pageOfLeaves;
  }
}

/** Keeps signed entries, in transactions of a few hundred. One that is kept already stays as it is. */
export async function keepEntries(
  store: Store,
  gate: string,
  entries: Iterable<SignedEntry>,
): Promise<number> {
  let kept = 0;
  let waiting: EntryRow[] = [];
  const flush = async (): Promise<void> => {
    const rows = waiting;
    waiting = [];
    if (rows.length > 0) kept += await store.transaction((tables) => insert(tables, rows));
  };
  for (const entry of entries) {
    waiting.push(rowOf(gate, entry));
    if (waiting.length === rowsAtOnce) await flush();
  }
  await flush();
  return kept;
}

async function insert(tables: Work, rows: readonly EntryRow[]): Promise<number> {
  const { numInsertedOrUpdatedRows } = await tables
    .insertInto('journal_entries')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['gate_id', 'epoch', 'number', 'leaf']).doNothing())
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows);
}

function rowOf(gate: string, { epoch, entry, leaf, bytes }: SignedEntry): EntryRow {
  const of = entry.kind === 'tap' || entry.kind === 'hand' ? entry : undefined;
  const tap = entry.kind === 'tap' ? entry : undefined;
  const undone = entry.kind === 'undo' ? entry.admission : undefined;
  return {
    gate_id: gate,
    epoch,
    number: entry.number,
    leaf: Buffer.from(leaf),
    kind: entry.kind,
    at: entry.at,
    session: entry.kind === 'pack' ? `${entry.event}/${entry.session}` : (of?.session ?? null),
    ticket: of?.ticket ?? null,
    tag: of?.tag === undefined ? null : Buffer.from(of.tag),
    category: of?.category ?? null,
    verdict: tap?.verdict ?? null,
    code: tap?.code ?? null,
    direction: of?.direction ?? null,
    admission: entry.kind === 'hand' || (tap?.verdict === 'admitted' && tap.repeat !== true) ? 1 : 0,
    people: of?.people ?? 1,
    of_epoch: undone?.epoch ?? null,
    of_number: undone?.number ?? null,
    bytes: Buffer.from(bytes),
  };
}
