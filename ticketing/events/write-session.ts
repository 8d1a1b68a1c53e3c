import { packRules } from '../entry-list/pack-contents.ts';
import { insertRows, type Columns } from '../store/many-rows.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { checkSession, timesOf } from './check-session.ts';
import { EventError } from './event-error.ts';
import type {
  CategoryFields,
  PlacesFields,
  SeatFields,
  SessionFields,
  SessionSettings,
} from './event-fields.ts';
import { seatsOf } from './seat-map.ts';
import { positionsOf } from './seat-order.ts';

const hour = 3_600_000;

const seatColumns: Columns<Tables['seats']> = {
  id: 'text',
  session_id: 'text',
  category_id: 'text',
  label: 'text',
  zone: 'text',
  doors: 'text',
  flags: 'text',
  x: 'number',
  y: 'number',
  position: 'number',
  state: 'text',
  ticket_id: 'text',
};

/** The seats of a session as it was described: as they are, or by its seat map. */
export function describedSeats(session: SessionFields): readonly SeatFields[] {
  if (session.seatMap === undefined) return session.seats;
  if (session.seats.length === 0) return seatsOf(Buffer.from(session.seatMap));
  throw new EventError('wrong-field', `The session ${session.name} has both seats and a seatMap; give one.`);
}

/** Checks a session, and writes it with its categories and seats; answers its id. */
export async function writeSession(
  store: Pick<Store, 'kind'>,
  tables: Work,
  event: string,
  session: SessionFields,
  now: number,
): Promise<string> {
  const seats = describedSeats(session);
  checkSession(session, { categories: session.categories, seats });
  const id = newId(now);
  await tables
    .insertInto('sessions')
    .values({ id, event_id: event, name: session.name, ...sessionRow(session), state: 'draft', revision: 1 })
    .execute();
  const categories = await writeCategories(tables, id, session.categories, now);
  await writeSeats(store, tables, id, categories, seats, now);
  for (const { name, places } of session.categories) {
    const category = categories.get(name);
    if (places !== undefined && category !== undefined)
      await writePlaces(store, tables, id, category, places, now);
  }
  return id;
}

/** What may be changed of a session, as its row has it. */
export function sessionRow(
  session: SessionSettings,
): Omit<Tables['sessions'], 'id' | 'event_id' | 'name' | 'state' | 'revision'> {
  const times = timesOf(session);
  const { venue, notice } = session;
  return {
    texts: JSON.stringify(session.title),
    notes: venue === undefined && notice === undefined ? null : JSON.stringify({ venue, notice }),
    starts_at: times.startsAt,
    valid_from: times.validFrom,
    valid_until: times.validUntil,
    sale_from: times.saleFrom,
    sale_until: times.saleUntil,
    pay_within_ms: session.payWithinHours * hour,
    claim_until: times.claimUntil,
    quota: session.quota ?? null,
    companions: JSON.stringify([...new Set(session.companions)]),
    rules: JSON.stringify(packRules.encode(session.rules)),
    receipt: session.receipt,
  };
}

export async function writeCategories(
  tables: Work,
  session: string,
  categories: readonly CategoryFields[],
  now: number,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { name, text, price } of categories) {
    const id = newId(now);
    ids.set(name, id);
    await tables
      .insertInto('categories')
      .values({ id, session_id: session, name, texts: JSON.stringify(text), price })
      .execute();
  }
  return ids;
}

/** Numbered seats, in the order of their map, after those that are there. */
export async function writeSeats(
  store: Pick<Store, 'kind'>,
  tables: Work,
  session: string,
  categories: ReadonlyMap<string, string>,
  seats: readonly SeatFields[],
  now: number,
): Promise<void> {
  const positions = positionsOf(seats);
  const rows = seats.map((seat, index): Tables['seats'] => ({
    ...emptySeat(session, categories.get(seat.category) ?? '', now),
    ...placeOf(seat),
    label: seat.label,
    x: seat.x ?? null,
    y: seat.y ?? null,
    position: positions[index] ?? 0,
  }));
  await insertAll(store, tables, rows);
}

/** Places without numbers, after those that the category has. */
export async function writePlaces(
  store: Pick<Store, 'kind'>,
  tables: Work,
  session: string,
  category: string,
  places: PlacesFields,
  now: number,
): Promise<void> {
  const last = await tables
    .selectFrom('seats')
    .select(({ fn }) => fn.max('position').as('position'))
    .where('category_id', '=', category)
    .executeTakeFirst();
  // Between those of before and these a position is left out: they may be elsewhere.
  const first = (last?.position ?? -2) + 2;
  const rows = Array.from({ length: places.count }, (_, index): Tables['seats'] => ({
    ...emptySeat(session, category, now),
    ...placeOf(places),
    position: first + index,
  }));
  await insertAll(store, tables, rows);
}

function emptySeat(session: string, category: string, now: number): Tables['seats'] {
  return {
    id: newId(now),
    session_id: session,
    category_id: category,
    label: null,
    zone: null,
    doors: null,
    flags: null,
    x: null,
    y: null,
    position: 0,
    state: 'free',
    ticket_id: null,
  };
}

function placeOf({
  zone,
  doors,
  flags,
}: PlacesFields | SeatFields): Pick<Tables['seats'], 'zone' | 'doors' | 'flags'> {
  return {
    zone: zone ?? null,
    doors: doors === undefined ? null : JSON.stringify(doors),
    flags: flags === undefined ? null : JSON.stringify(flags),
  };
}

const rowsAtOnce = 10_000;

async function insertAll(
  store: Pick<Store, 'kind'>,
  tables: Work,
  rows: readonly Tables['seats'][],
): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    await insertRows(store, tables, 'seats', seatColumns, rows.slice(from, from + rowsAtOnce));
}
