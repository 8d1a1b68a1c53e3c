import type { Selectable } from 'kysely';
import { numberLength } from '../applications/accept.ts';
import { emptyRows, SeatGone, writeRows } from '../applications/write-accepted.ts';
import { recordAct } from '../audit/record-act.ts';
import { markChanged } from '../bindings/list-changes.ts';
import { newSpokenCode } from '../codes/spoken-code.ts';
import { lockEvents } from '../events/lock-events.ts';
import { addJob, type JobKind } from '../jobs/job.ts';
import { insertRows, type Columns } from '../store/many-rows.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { OrdersError } from './orders-error.ts';
import { placeOrders, type PlacedOrder } from './place-orders.ts';
import { readOrders, type WrongOrder } from './read-orders.ts';

export type ImportRow = Selectable<Tables['order_imports']>;

/** A file of a play guide's, for an event. */
export interface OrdersToImport {
  readonly organisation: string;
  /** None for the command line. */
  readonly person: string | null;
  readonly event: string;
  readonly guide: string;
  readonly file: Uint8Array;
  /** All of it or nothing, or the good lines where others are wrong. */
  readonly wanted: 'all' | 'good';
}

export interface OrdersParts {
  readonly store: Store;
  readonly now: () => number;
}

const importName = { name: 'orders.import' };
const hour = 3_600_000;
/** So many tickets are written at a time, and then said to be. */
const together = 2000;
const mostReported = 1000;
const importedColumns: Columns<Tables['imported_tickets']> = {
  ticket_id: 'text',
  import_id: 'text',
  event_id: 'text',
  guide: 'text',
  guide_order: 'text',
  guide_ticket: 'text',
};

/** Has orders imported in the background; answers the import's id. A file that is no table is refused at once. */
export async function askForImport({ store, now }: OrdersParts, asked: OrdersToImport): Promise<string> {
  const { organisation, person, event, guide, file, wanted } = asked;
  const { lines, wrong } = readOrders(file);
  const id = newId(now());
  await store.transaction(async (tables) => {
    const known = await tables
      .selectFrom('events')
      .select('id')
      .where('id', '=', event)
      .where('organisation_id', '=', organisation)
      .executeTakeFirst();
    if (known === undefined) throw new OrdersError('no-such-event', 'There is no such event.');
    await tables
      .insertInto('order_imports')
      .values({
        id,
        organisation_id: organisation,
        event_id: event,
        guide,
        wanted,
        state: 'waiting',
        file: Buffer.from(file),
        done: 0,
        total: lines.length + wrong.length,
        taken: 0,
        wrong: 0,
        report: '[]',
        asked_by: person,
        asked_at: now(),
        ended_at: null,
      })
      .execute();
    const act = { organisation, person, act: 'orders.import', subject: id, detail: { guide, wanted } };
    await recordAct(tables, act, now());
    await addJob(tables, { kind: importName, payload: { import: id }, runAt: now(), name: id });
  });
  return id;
}

/** The background work of imports. */
export function importJob(parts: OrdersParts): JobKind<{ readonly import: string }> {
  return { ...importName, mostMs: hour / 2, run: ({ import: id }) => runImport(parts, id) };
}

/** Does an import that was asked for; begun again after a crash, it goes on where it was. */
export async function runImport(parts: OrdersParts, id: string): Promise<void> {
  const { store, now } = parts;
  const row = await store.db.selectFrom('order_imports').selectAll().where('id', '=', id).executeTakeFirst();
  if (row?.file == null || row.ended_at !== null) return;
  try {
    await takeFile(parts, row, row.file);
  } catch (error) {
    if (now() - row.asked_at > hour) await end(store, row.id, { state: 'failed' }, now());
    throw error;
  }
}

async function takeFile({ store, now }: OrdersParts, row: ImportRow, file: Uint8Array): Promise<void> {
  const of = { event: row.event_id, guide: row.guide, import: row.id };
  await change(store, row.id, { state: 'checking' });
  const read = readOrders(file);
  const { placed, wrong: unplaced, before } = await placeOrders(store, of, read.lines, now());
  const wrong = [...read.wrong, ...unplaced].sort((one, other) => one.line - other.line);
  const counts = { wrong: wrong.length, report: reportOf(wrong) };
  if (row.wanted === 'all' && wrong.length > 0) {
    await end(store, row.id, { state: 'refused', ...counts, done: row.total }, now());
    return;
  }
  await change(store, row.id, { state: 'writing', ...counts, done: wrong.length + before, taken: before });
  const groups = batches(placed);
  const written = { taken: before + placed.length, done: row.total, ...counts };
  if (row.wanted === 'all') {
    await store.transaction(async (tables) => {
      await hold(store, tables, row, placed);
      for (const part of groups) await write(store, tables, { row, part, now: now() });
      await endIn(tables, row.id, { state: 'done', ...written }, now());
    });
    return;
  }
  let taken = before;
  for (const part of groups) {
    taken += part.length;
    await store.transaction(async (tables) => {
      await hold(store, tables, row, part);
      await write(store, tables, { row, part, now: now() });
      await changeIn(tables, row.id, { taken, done: wrong.length + taken });
    });
  }
  await end(store, row.id, { state: 'done', ...written }, now());
}

/** Holds the event, and sees that none of the sessions was cancelled meanwhile. */
async function hold(
  store: Store,
  tables: Work,
  row: ImportRow,
  placed: readonly PlacedOrder[],
): Promise<void> {
  await lockEvents(store, tables, [row.event_id]);
  const sessions = [...new Set(placed.map(({ session }) => session))];
  if (sessions.length === 0) return;
  const cancelled = await tables
    .selectFrom('sessions')
    .select('id')
    .where('id', 'in', sessions)
    .where('state', '=', 'cancelled')
    .executeTakeFirst();
  if (cancelled !== undefined) throw new SeatGone('A session was cancelled meanwhile.');
}

async function write(
  store: Store,
  tables: Work,
  { row, part, now }: { row: ImportRow; part: readonly PlacedOrder[]; now: number },
): Promise<void> {
  const tickets = part.map(({ session, category, seat, flags }) => ({
    id: newId(now),
    number: newSpokenCode(numberLength),
    event_id: row.event_id,
    session_id: session,
    category_id: category,
    application_id: null,
    visitor_id: null,
    seat_id: seat,
    place: 1,
    admits: 1,
    flags,
    state: 'valid' as const,
    ended_why: null,
    changed_at: now,
  }));
  await writeRows(store, tables, { ...emptyRows(), tickets });
  const imported = part.map(({ line }, at) => ({
    ticket_id: tickets[at]?.id ?? '',
    import_id: row.id,
    event_id: row.event_id,
    guide: row.guide,
    guide_order: line.order,
    guide_ticket: line.ticket,
  }));
  await insertRows(store, tables, 'imported_tickets', importedColumns, imported);
  const changes = tickets.map(({ id, session_id: session }) => ({ session, ticket: id }));
  await markChanged(tables, changes, now);
}

function batches(placed: readonly PlacedOrder[]): PlacedOrder[][] {
  const count = Math.ceil(placed.length / together);
  return Array.from({ length: count }, (_, at) => placed.slice(at * together, (at + 1) * together));
}

const reportOf = (wrong: readonly WrongOrder[]): string => JSON.stringify(wrong.slice(0, mostReported));

function end(store: Store, id: string, columns: Partial<ImportRow>, now: number): Promise<void> {
  return store.transaction((tables) => endIn(tables, id, columns, now));
}

/** What has ended needs its file no more. */
function endIn(tables: Work, id: string, columns: Partial<ImportRow>, now: number): Promise<void> {
  return changeIn(tables, id, { ...columns, file: null, ended_at: now });
}

function change(store: Store, id: string, columns: Partial<ImportRow>): Promise<void> {
  return store.transaction((tables) => changeIn(tables, id, columns));
}

async function changeIn(tables: Work, id: string, columns: Partial<ImportRow>): Promise<void> {
  await tables.updateTable('order_imports').set(columns).where('id', '=', id).execute();
}
