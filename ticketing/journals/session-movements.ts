import { decodeEntry, type EntryOf } from '../../gate/journal-format/entry.ts';
import type { GateRow } from '../gates/gate.ts';
import type { Store } from '../store/store.ts';
import type { Movement } from './movement.ts';

const columns = [
  'gate_id',
  'epoch',
  'number',
  'leaf',
  'kind',
  'at',
  'direction',
  'ticket',
  'tag',
  'category',
  'people',
] as const;
const page = 5_000;

/** All movements of a session that gates have handed over, undone ones too; `name` is `event/session`. */
export async function sessionMovements(store: Store, name: string): Promise<Movement[]> {
  const gates = await gatesOf(store, name);
  const undone = await undoneBy(store, [...gates.keys()]);
  const movements: Movement[] = [];
  for (let after = { at: -1, gate: '', epoch: 0, number: 0, leaf: Buffer.alloc(0) as Buffer }; ;) {
    const rows = await store.db
      .selectFrom('journal_entries')
      .select(columns)
      .where('session', '=', name)
      .where('admission', '=', 1)
      .where((eb) =>
        eb(
          eb.refTuple('at', 'gate_id', 'epoch', 'number', 'leaf'),
          '>',
          eb.tuple(after.at, after.gate, after.epoch, after.number, after.leaf),
        ),
      )
      .orderBy('at')
      .orderBy('gate_id')
      .orderBy('epoch')
      .orderBy('number')
      .orderBy('leaf')
      .limit(page)
      .execute();
    const hands = await handsOf(store, name, rows);
    for (const row of rows) {
      const gate = gates.get(row.gate_id);
      if (gate === undefined || row.direction === null) continue;
      const hand = hands.get(`${row.gate_id} ${row.epoch} ${row.number} ${row.leaf.toString('hex')}`);
      movements.push({
        gate: gate.name,
        door: gate.door,
        gateGroup: gate.gate_group,
        place: { epoch: row.epoch, number: row.number },
        at: row.at,
        how: row.kind === 'hand' ? 'hand' : 'tap',
        direction: row.direction,
        ...(row.ticket === null ? {} : { ticket: row.ticket }),
        ...(row.tag === null ? {} : { tag: row.tag.toString('hex') }),
        ...(row.category === null ? {} : { category: row.category }),
        people: row.people,
        ...(hand === undefined ? {} : { by: hand.by, reason: hand.reason }),
        undone: undone.has(`${row.gate_id} ${row.epoch} ${row.number}`),
      });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) return movements;
    after = { at: last.at, gate: last.gate_id, epoch: last.epoch, number: last.number, leaf: last.leaf };
  }
}

/** The gates that have entries of the session. */
async function gatesOf(store: Store, name: string): Promise<Map<string, GateRow>> {
  const rows = await store.db
    .selectFrom('gates')
    .selectAll()
    .where('id', 'in', (query) =>
      query.selectFrom('journal_entries').select('gate_id').distinct().where('session', '=', name),
    )
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The places of the admissions that staff took back. */
async function undoneBy(store: Store, gates: readonly string[]): Promise<Set<string>> {
  if (gates.length === 0) return new Set();
  const rows = await store.db
    .selectFrom('journal_entries')
    .select(['gate_id', 'of_epoch', 'of_number'])
    .where('kind', '=', 'undo')
    .where('gate_id', 'in', gates)
    .execute();
  return new Set(
    rows.map(({ gate_id, of_epoch, of_number }) => `${gate_id} ${of_epoch ?? ''} ${of_number ?? ''}`),
  );
}

interface EntryKey {
  readonly gate_id: string;
  readonly epoch: number;
  readonly number: number;
  readonly leaf: Buffer;
  readonly kind: string;
}

/** Of those by hand, who let them through and why: that stands in the entries' bytes alone. */
async function handsOf(
  store: Store,
  name: string,
  rows: readonly (EntryKey & { readonly at: number })[],
): Promise<Map<string, EntryOf<'hand'>>> {
  const hands = new Map<string, EntryOf<'hand'>>();
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || rows.every(({ kind }) => kind !== 'hand')) return hands;
  const found = await store.db
    .selectFrom('journal_entries')
    .select(['gate_id', 'epoch', 'number', 'leaf', 'bytes'])
    .where('session', '=', name)
    .where('kind', '=', 'hand')
    .where('at', '>=', first.at)
    .where('at', '<=', last.at)
    .execute();
  for (const { gate_id, epoch, number, leaf, bytes } of found) {
    const entry = bytes === null ? undefined : decodeEntry(bytes);
    if (entry?.kind === 'hand') hands.set(`${gate_id} ${epoch} ${number} ${leaf.toString('hex')}`, entry);
  }
  return hands;
}
