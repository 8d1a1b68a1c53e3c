import { sql } from 'kysely';
import { rowsAs } from '../store/many-rows.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { FreeSeats } from './choose-seats.ts';
import type { Holding, Offer } from './judge.ts';

/** Who applies: known by one card's serial hash within an event. */
export interface Applying {
  readonly session: string;
  readonly event: string;
  readonly serialHash: Uint8Array;
}

interface Visitor {
  readonly id: string;
  readonly isNew: boolean;
  /** How many live tickets, by session. */
  readonly tickets: Map<string, number>;
  /** The sessions of which the card opens a ticket. */
  readonly bound: Set<string>;
}

type Seat = Pick<Tables['seats'], 'id' | 'position' | 'label' | 'flags'>;

/** How many seats beyond those wanted are looked at first, for seats side by side. */
const spare = 64;

/**
 * What there is when a group of applications is judged, read in a few statements for all of them, and kept
 * up as one after the other is accepted.
 */
export class Standing {
  readonly #tables: Work;
  readonly #visitors: Map<string, Visitor>;
  readonly #seats = new Map<string, { free: FreeSeats<Seat>; read: number; isAll: boolean }>();
  readonly #given = new Set<string>();

  private constructor(tables: Work, visitors: Map<string, Visitor>) {
    this.#tables = tables;
    this.#visitors = visitors;
  }

  static async read(
    { kind }: Pick<Store, 'kind'>,
    tables: Work,
    applying: readonly Applying[],
    now: number,
  ): Promise<Standing> {
    const visitors = new Map<string, Visitor>();
    const cards = applying.map(({ session, event, serialHash }) => ({
      session_id: session,
      event_id: event,
      serial_hash: serialHash,
    }));
    const given = rowsAs(
      'given_cards',
      kind,
      { session_id: 'text', event_id: 'text', serial_hash: 'bytes' },
      cards,
    );
    const { rows: known } = await sql<{ event_id: string; serial_hash: Buffer; visitor_id: string }>`
      select distinct known.event_id, known.serial_hash, known.visitor_id
      from ${given} cross join visitor_hashes as known
      where known.event_id = given_cards.event_id and known.serial_hash = given_cards.serial_hash`.execute(
      tables,
    );
    const byId = new Map<string, Visitor[]>();
    for (const { event_id, serial_hash, visitor_id } of known) {
      const visitor: Visitor = { id: visitor_id, isNew: false, tickets: new Map(), bound: new Set() };
      // Old and new card of one person count together.
      const same = byId.get(visitor_id)?.[0];
      const shared = same === undefined ? visitor : { ...visitor, tickets: same.tickets };
      byId.set(visitor_id, [...(byId.get(visitor_id) ?? []), shared]);
      visitors.set(keyOf(event_id, serial_hash), shared);
    }
    for (const { event, serialHash } of applying) {
      const key = keyOf(event, serialHash);
      if (!visitors.has(key))
        visitors.set(key, { id: newId(now), isNew: true, tickets: new Map(), bound: new Set() });
    }
    if (byId.size > 0) {
      await countTickets(kind, tables, byId);
      const { rows: bound } = await sql<{ event_id: string; session_id: string; serial_hash: Buffer }>`
        select known.event_id, known.session_id, known.serial_hash
        from ${given} cross join bindings as known
        where known.session_id = given_cards.session_id and known.serial_hash = given_cards.serial_hash
          and known.state = 'active'`.execute(tables);
      for (const { event_id, session_id, serial_hash } of bound)
        visitors.get(keyOf(event_id, serial_hash))?.bound.add(session_id);
    }
    return new Standing(tables, visitors);
  }

  holdingOf(applying: Applying): Holding {
    const { tickets, bound } = this.visitorOf(applying);
    return {
      ticketsOfSession: tickets.get(applying.session) ?? 0,
      ticketsOfEvent: [...tickets.values()].reduce((sum, count) => sum + count, 0),
      cardIsBound: bound.has(applying.session),
    };
  }

  visitorOf({ event, serialHash }: Applying): Visitor {
    const visitor = this.#visitors.get(keyOf(event, serialHash));
    if (visitor === undefined) throw new TypeError('A visitor was not read.');
    return visitor;
  }

  /** Keeps up with what was accepted. */
  add(applying: Applying, count: number): void {
    const { tickets, bound } = this.visitorOf(applying);
    tickets.set(applying.session, (tickets.get(applying.session) ?? 0) + count);
    bound.add(applying.session);
  }

  /** Takes so many seats of a category, side by side where that can be; none where there are not enough. */
  async takeSeats({ category }: Offer, count: number): Promise<Seat[] | undefined> {
    let seats = this.#seats.get(category.id) ?? (await this.#readSeats(category.id, count + spare));
    while (!seats.free.hasRun(count) && !seats.isAll)
      seats = await this.#readSeats(category.id, seats.read * 4);
    const taken = seats.free.take(count);
    for (const { id } of taken ?? []) this.#given.add(id);
    return taken;
  }

  async #readSeats(
    category: string,
    limit: number,
  ): Promise<{ free: FreeSeats<Seat>; read: number; isAll: boolean }> {
    const rows = await this.#tables
      .selectFrom('seats')
      .select(['id', 'position', 'label', 'flags'])
      .where('category_id', '=', category)
      .where('state', '=', 'free')
      .orderBy('position')
      .orderBy('id')
      .limit(limit)
      .execute();
    const free = new FreeSeats(rows.filter(({ id }) => !this.#given.has(id)));
    const seats = { free, read: limit, isAll: rows.length < limit };
    this.#seats.set(category, seats);
    return seats;
  }
}

async function countTickets(
  kind: Store['kind'],
  tables: Work,
  byId: ReadonlyMap<string, readonly Visitor[]>,
): Promise<void> {
  const ids = [...byId.keys()].map((id) => ({ id }));
  const { rows } = await sql<{ visitor_id: string; session_id: string; count: number }>`
    select held.visitor_id, held.session_id, count(*) as count
    from ${rowsAs('given_visitors', kind, { id: 'text' }, ids)} cross join tickets as held
    where held.visitor_id = given_visitors.id and held.state <> 'ended'
    group by held.visitor_id, held.session_id`.execute(tables);
  for (const { visitor_id, session_id, count } of rows)
    byId.get(visitor_id)?.[0]?.tickets.set(session_id, count);
}

function keyOf(event: string, hash: Uint8Array): string {
  return event + Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1');
}
