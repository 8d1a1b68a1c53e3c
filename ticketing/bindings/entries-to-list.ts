import type { EntryRecord } from '../entry-list/entry-record.ts';
import type { Store } from '../store/store.ts';
import { isListed, recordOf } from './listed-record.ts';
import { readParties, readTickets, type TicketToList } from './tickets-to-list.ts';

/** A card that opens a ticket. */
export interface ListedCard {
  readonly serialHash: Uint8Array;
  /** The pinned key; none where the certificate itself was never seen. */
  readonly publicKey?: Uint8Array;
  readonly boundAt: Date;
}

/** What an entry list says of a ticket: its record, and the cards that open it; none while it is unbound. */
export interface ListedTicket {
  readonly record: EntryRecord;
  readonly cards: readonly ListedCard[];
}

/** What a delta says of a ticket that changed. */
export interface ListChange {
  /** The ticket's number: its own row is withdrawn where a card opens it now, or where it is gone. */
  readonly number: string;
  /** As it is listed from now on; gone where there is none. */
  readonly listed?: ListedTicket;
  /** Hashes of cards that opened it and now open nothing in the session. */
  readonly withdrawn: readonly Uint8Array[];
  /** Hashes of cards that opened it, open nothing now, and must be refused with their own word. */
  readonly revoked: readonly Uint8Array[];
}

export interface ReadOptions {
  /** How many tickets are read at a time; 1,000 where left out. */
  readonly page?: number;
}

/**
 * All that an entry list of a session contains, ticket by ticket, read in pages: each ticket that is valid,
 * bound or not. Where the representative's card opens for a party, its one record admits all of them and the
 * companions' tickets are not listed: their numbers, typed by hand, would let them in a second time.
 *
 * It is not one moment's picture. What changed meanwhile is in the next cut; and where a card went from one
 * ticket to another in between, the list has it twice, is refused by its writer, and is read again.
 *
 * @example
 * const cut = await store.transaction((tables) => cutChanges(tables, session));
 * for await (const { record, cards } of entriesToList(store, session)) …
 */
export async function* entriesToList(
  store: Store,
  session: string,
  { page = 1000 }: ReadOptions = {},
): AsyncGenerator<ListedTicket> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const tickets = await readTickets(store, { session, after, limit: page });
    yield* (await listedOf(store, tickets)).values();
    after = tickets.length === page ? tickets.at(-1)?.id : undefined;
  }
}

/** The cards of a session that were lost or revoked and open nothing in it now, read in pages. */
export async function* revokedCards(
  store: Store,
  session: string,
  { page = 1000 }: ReadOptions = {},
): AsyncGenerator<Uint8Array> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows: { id: string; serial_hash: Buffer }[] = await store.db
      .selectFrom('bindings')
      .select(['id', 'serial_hash'])
      .where('session_id', '=', session)
      .where('state', '=', 'revoked')
      .where('id', '>', after)
      .orderBy('id')
      .limit(page)
      .execute();
    const active = await activeHashes(store, session, rows);
    for (const { serial_hash } of rows) if (!active.has(serial_hash.toString('hex'))) yield serial_hash;
    after = rows.length === page ? rows.at(-1)?.id : undefined;
  }
}

/**
 * What a delta has to say of a session: each ticket that changed in the cuts after `after`, up to `upTo`, and
 * the others of its party, whose records may speak of it.
 */
export async function* changesToList(
  store: Store,
  session: string,
  { after, upTo, page = 500 }: ReadOptions & { readonly after: number; readonly upTo: number },
): AsyncGenerator<ListChange> {
  const changed = await store.db
    .selectFrom('list_changes')
    .select('ticket_id')
    .distinct()
    .where('session_id', '=', session)
    .where('cut', '>', after)
    .where('cut', '<=', upTo)
    .execute();
  const ids = await withTheirParties(
    store,
    changed.map(({ ticket_id }) => ticket_id),
    page,
  );
  for (let at = 0; at < ids.length; at += page) {
    yield* await changesOf(store, session, ids.slice(at, at + page));
  }
}

async function changesOf(store: Store, session: string, ids: readonly string[]): Promise<ListChange[]> {
  const numbers = await store.db
    .selectFrom('tickets')
    .select(['id', 'number'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
  const listed = await listedOf(store, await readTickets(store, { ids }));
  const former = await store.db
    .selectFrom('bindings')
    .select(['ticket_id', 'serial_hash', 'state'])
    .where('ticket_id', 'in', ids)
    .where('state', '!=', 'active')
    .execute();
  const active = await activeHashes(store, session, former);
  const gone = former.filter(({ serial_hash }) => !active.has(serial_hash.toString('hex')));
  const revoked = await revokedHashes(store, session, gone);
  return numbers.map(({ id, number }) => {
    const cards = gone.filter(({ ticket_id }) => ticket_id === id).map(({ serial_hash }) => serial_hash);
    const now = listed.get(id);
    return {
      number,
      ...(now === undefined ? {} : { listed: now }),
      withdrawn: cards.filter((hash) => !revoked.has(hash.toString('hex'))),
      revoked: cards.filter((hash) => revoked.has(hash.toString('hex'))),
    };
  });
}

async function withTheirParties(store: Store, tickets: readonly string[], page: number): Promise<string[]> {
  const all = new Set(tickets);
  for (let at = 0; at < tickets.length; at += page) {
    const rows = await store.db
      .selectFrom('tickets')
      .innerJoin('tickets as others', 'others.application_id', 'tickets.application_id')
      .select('others.id')
      .where('tickets.id', 'in', tickets.slice(at, at + page))
      .execute();
    for (const { id } of rows) all.add(id);
  }
  return [...all].sort();
}

/** What is listed of valid tickets, by ticket. */
async function listedOf(store: Store, tickets: readonly TicketToList[]): Promise<Map<string, ListedTicket>> {
  const listed = new Map<string, ListedTicket>();
  if (tickets.length === 0) return listed;
  const parties = await readParties(store, tickets);
  const bindings = await store.db
    .selectFrom('bindings')
    .select(['ticket_id', 'serial_hash', 'public_key', 'bound_at'])
    .where(
      'ticket_id',
      'in',
      tickets.map(({ id }) => id),
    )
    .where('state', '=', 'active')
    .orderBy('id')
    .execute();
  const cards = new Map<string, ListedCard[]>();
  for (const { ticket_id, serial_hash, public_key, bound_at } of bindings) {
    const key = public_key === null ? {} : { publicKey: public_key };
    const card = { serialHash: serial_hash, ...key, boundAt: new Date(bound_at) };
    const others = cards.get(ticket_id);
    if (others === undefined) cards.set(ticket_id, [card]);
    else others.push(card);
  }
  for (const ticket of tickets) {
    const party = parties.get(ticket.applicationId ?? '');
    if (!isListed(ticket, party)) continue;
    listed.set(ticket.id, { record: recordOf(ticket, party), cards: cards.get(ticket.id) ?? [] });
  }
  return listed;
}

type HashRow = { readonly serial_hash: Buffer };

/** Which of these cards open something in the session now. */
function activeHashes(store: Store, session: string, rows: readonly HashRow[]): Promise<Set<string>> {
  return hashesIn(store, session, rows, 'active');
}

function revokedHashes(store: Store, session: string, rows: readonly HashRow[]): Promise<Set<string>> {
  return hashesIn(store, session, rows, 'revoked');
}

async function hashesIn(
  store: Store,
  session: string,
  rows: readonly HashRow[],
  state: 'active' | 'revoked',
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const found = await store.db
    .selectFrom('bindings')
    .select('serial_hash')
    .where('session_id', '=', session)
    .where('state', '=', state)
    .where(
      'serial_hash',
      'in',
      rows.map(({ serial_hash }) => serial_hash),
    )
    .execute();
  return new Set(found.map(({ serial_hash }) => serial_hash.toString('hex')));
}
