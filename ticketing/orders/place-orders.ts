import { FreeSeats, type FreeSeat } from '../applications/choose-seats.ts';
import { grouped } from '../journals/grouped.ts';
import type { Store } from '../store/store.ts';
import type { OrderLine, WrongOrder } from './read-orders.ts';

/** For which event, from which guide, and by which import. */
export interface OrdersOf {
  readonly event: string;
  readonly guide: string;
  readonly import: string;
}

/** A line with the seat that it gets. */
export interface PlacedOrder {
  readonly line: OrderLine;
  readonly session: string;
  readonly category: string;
  readonly seat: string;
  readonly flags: string | null;
}

/** What becomes of the lines of a file, as things stand: each is in one of the three. */
export interface PlacedOrders {
  readonly placed: readonly PlacedOrder[];
  readonly wrong: readonly WrongOrder[];
  /** How many this import has taken before it was begun again. */
  readonly before: number;
}

interface Seat extends FreeSeat {
  readonly label: string | null;
  readonly flags: string | null;
}

/** A category of a session, and what is free in it. */
interface Offer {
  readonly session: string;
  readonly category: string;
  readonly why: string | undefined;
  readonly byLabel: ReadonlyMap<string, Seat>;
  readonly free: readonly Seat[];
}

/**
 * Finds each line its seat: first those that name one, then the others by order, side by side where there are
 * as many.
 */
export async function placeOrders(
  { db }: Pick<Store, 'db'>,
  of: OrdersOf,
  lines: readonly OrderLine[],
  now: number,
): Promise<PlacedOrders> {
  const offers = await readOffers(db, of.event, now);
  const known = await readKnown(db, of);
  const wrong: WrongOrder[] = [];
  const placed: PlacedOrder[] = [];
  const taken = new Set<string>();
  const seen = new Map<string, number>();
  const waiting = new Map<string, { offer: Offer; lines: OrderLine[] }>();
  let before = 0;
  for (const line of lines) {
    const by = known.get(line.ticket);
    const offer = offers.get(keyOf(line));
    const why = whyNot(line, { by, offer, seenAt: seen.get(line.ticket), of });
    if (by === of.import) before += 1;
    else if (why !== undefined || offer === undefined) wrong.push({ line: line.line, why: why ?? '' });
    else {
      seen.set(line.ticket, line.line);
      if (line.seat === undefined) {
        const key = JSON.stringify([keyOf(line), line.order]);
        const group = waiting.get(key) ?? { offer, lines: [] };
        group.lines.push(line);
        waiting.set(key, group);
        continue;
      }
      const seat = offer.byLabel.get(line.seat);
      if (seat === undefined || taken.has(seat.id)) {
        wrong.push({
          line: line.line,
          why: `seat: there is no "${line.seat}" of this category, or it is not free`,
        });
      } else {
        taken.add(seat.id);
        placed.push(placedAt(line, offer, seat));
      }
    }
  }
  const left = new Map<Offer, FreeSeats<Seat>>();
  for (const { offer, lines: together } of waiting.values()) {
    const free = left.get(offer) ?? new FreeSeats(offer.free.filter(({ id }) => !taken.has(id)));
    left.set(offer, free);
    const seats = free.take(together.length);
    for (const [at, line] of together.entries()) {
      const seat = seats?.[at];
      if (seat === undefined)
        wrong.push({ line: line.line, why: 'category: there are not enough free seats' });
      else placed.push(placedAt(line, offer, seat));
    }
  }
  return { placed, wrong, before };
}

const keyOf = ({ session, category }: { session: string; category: string }): string =>
  JSON.stringify([session, category]);

const placedAt = (line: OrderLine, { session, category }: Offer, seat: Seat): PlacedOrder => ({
  line,
  session,
  category,
  seat: seat.id,
  flags: seat.flags,
});

function whyNot(
  line: OrderLine,
  found: { by: string | undefined; offer: Offer | undefined; seenAt: number | undefined; of: OrdersOf },
): string | undefined {
  const { by, offer, seenAt, of } = found;
  if (by !== undefined) return `ticket: "${line.ticket}" of ${of.guide} was imported before`;
  if (seenAt !== undefined) return `ticket: "${line.ticket}" stands in line ${seenAt} already`;
  if (offer === undefined)
    return `session: there is no "${line.session}" of this event with a category "${line.category}"`;
  return offer.why;
}

async function readOffers(db: Store['db'], event: string, now: number): Promise<Map<string, Offer>> {
  const categories = await db
    .selectFrom('categories')
    .innerJoin('sessions', 'sessions.id', 'categories.session_id')
    .select([
      'categories.id',
      'categories.name',
      'sessions.id as session',
      'sessions.name as sessionName',
      'sessions.state',
      'sessions.valid_until',
    ])
    .where('sessions.event_id', '=', event)
    .execute();
  const seats = await db
    .selectFrom('seats')
    .innerJoin('sessions', 'sessions.id', 'seats.session_id')
    .select(['seats.id', 'seats.category_id', 'seats.label', 'seats.flags', 'seats.position'])
    .where('sessions.event_id', '=', event)
    .where('seats.state', '=', 'free')
    .orderBy('seats.position')
    .execute();
  const free = grouped(seats, ({ category_id }) => category_id);
  return new Map(
    categories.map((row) => {
      const own = free.get(row.id) ?? [];
      const isOver = row.state === 'cancelled' || row.valid_until <= now;
      const offer: Offer = {
        session: row.session,
        category: row.id,
        why: isOver ? `session: "${row.sessionName}" is cancelled or over` : undefined,
        byLabel: new Map(own.flatMap((seat) => (seat.label === null ? [] : [[seat.label, seat]]))),
        free: own,
      };
      return [keyOf({ session: row.sessionName, category: row.name }), offer];
    }),
  );
}

/** The guide's tickets that were imported for the event, and by which import each. */
async function readKnown(db: Store['db'], { event, guide }: OrdersOf): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('imported_tickets')
    .select(['guide_ticket', 'import_id'])
    .where('event_id', '=', event)
    .where('guide', '=', guide)
    .execute();
  return new Map(rows.map(({ guide_ticket, import_id }) => [guide_ticket, import_id]));
}
