import { sql } from 'kysely';
import { slipColumns } from '../payments/slip.ts';
import { insertRows, rowsAs, type Columns } from '../store/many-rows.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** All that a group of accepted applications adds. */
export interface AcceptedRows {
  readonly visitors: Tables['visitors'][];
  readonly hashes: Tables['visitor_hashes'][];
  readonly applications: Tables['applications'][];
  readonly tickets: Tables['tickets'][];
  readonly bindings: Tables['bindings'][];
  readonly slips: Tables['slips'][];
}

const visitorColumns: Columns<Tables['visitors']> = { id: 'text', event_id: 'text' };
const hashColumns: Columns<Tables['visitor_hashes']> = {
  event_id: 'text',
  serial_hash: 'bytes',
  visitor_id: 'text',
};
const applicationColumns: Columns<Tables['applications']> = {
  id: 'text',
  number: 'text',
  event_id: 'text',
  session_id: 'text',
  category_id: 'text',
  visitor_id: 'text',
  form: 'bytes',
  signature: 'bytes',
  signature_issuer: 'bytes',
  signature_serial: 'bytes',
  tickets: 'number',
  companions: 'text',
  total: 'number',
  state: 'text',
  taken_at: 'number',
  due_at: 'number',
  paid_at: 'number',
  ended_at: 'number',
};
const ticketColumns: Columns<Tables['tickets']> = {
  id: 'text',
  number: 'text',
  event_id: 'text',
  session_id: 'text',
  category_id: 'text',
  application_id: 'text',
  visitor_id: 'text',
  seat_id: 'text',
  place: 'number',
  admits: 'number',
  flags: 'text',
  state: 'text',
  ended_why: 'text',
  changed_at: 'number',
};
const bindingColumns: Columns<Tables['bindings']> = {
  id: 'text',
  event_id: 'text',
  session_id: 'text',
  ticket_id: 'text',
  serial_hash: 'bytes',
  serial: 'bytes',
  issuer_key_id: 'bytes',
  not_after: 'number',
  public_key: 'bytes',
  medium: 'text',
  how: 'text',
  state: 'text',
  bound_at: 'number',
  ended_at: 'number',
  ended_why: 'text',
  checked_at: 'number',
};

export function emptyRows(): AcceptedRows {
  return { visitors: [], hashes: [], applications: [], tickets: [], bindings: [], slips: [] };
}

/** Raised where a seat that was free is so no more: somebody takes seats without holding their event. */
export class SeatGone extends Error {}

/** Writes them, each kind in one statement, and gives the tickets their seats. */
export async function writeRows(store: Pick<Store, 'kind'>, tables: Work, rows: AcceptedRows): Promise<void> {
  await insertRows(store, tables, 'visitors', visitorColumns, rows.visitors);
  await insertRows(store, tables, 'visitor_hashes', hashColumns, rows.hashes);
  await insertRows(store, tables, 'applications', applicationColumns, rows.applications);
  await insertRows(store, tables, 'tickets', ticketColumns, rows.tickets);
  await insertRows(store, tables, 'bindings', bindingColumns, rows.bindings);
  await insertRows(store, tables, 'slips', slipColumns, rows.slips);
  await giveSeats(store, tables, rows.tickets);
}

async function giveSeats(
  { kind }: Pick<Store, 'kind'>,
  tables: Work,
  tickets: readonly Tables['tickets'][],
): Promise<void> {
  if (tickets.length === 0) return;
  const given = tickets.map(({ id, seat_id, state }) => ({
    seat_id,
    ticket: id,
    now_state: state === 'valid' ? 'sold' : 'held',
  }));
  const columns = { seat_id: 'text', ticket: 'text', now_state: 'text' } as const;
  const { numAffectedRows } = await sql`
    update seats set state = given_seats.now_state, ticket_id = given_seats.ticket
    from ${rowsAs('given_seats', kind, columns, given)}
    where seats.id = given_seats.seat_id and seats.state = 'free'`.execute(tables);
  if (numAffectedRows !== BigInt(tickets.length)) throw new SeatGone('A seat was taken meanwhile.');
}
