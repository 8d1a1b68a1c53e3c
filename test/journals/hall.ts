import { newId } from '../../ticketing/store/new-id.ts';
import type { Store } from '../../ticketing/store/store.ts';

/** When the doors of the session open; the hall is empty five hours later. */
export const doorsAt = Date.parse('2027-04-03T17:00:00+09:00');
export const doorsUntil = doorsAt + 5 * 3_600_000;

export interface SessionRows {
  readonly organisation: string;
  readonly event: string;
  readonly session: string;
  readonly category: string;
  /** As journals name it. */
  readonly name: string;
}

export interface SessionToMake {
  readonly event?: string;
  readonly session?: string;
  readonly rules?: object;
}

/** An event with one session in the store, as organisers would have set it up. */
export async function makeSession(
  store: Store,
  { event = 'spring', session = 'first night', rules = { entry: 'never-again' } }: SessionToMake = {},
): Promise<SessionRows> {
  const [organisation, eventId, sessionId, category] = [newId(), newId(), newId(), newId()];
  const texts = JSON.stringify({ ja: '春の音楽会', en: 'Spring concert' });
  await store.transaction(async (tables) => {
    await tables
      .insertInto('organisations')
      .values({ id: organisation, name: 'Hall', created_at: 0 })
      .execute();
    await tables
      .insertInto('events')
      .values({
        id: eventId,
        organisation_id: organisation,
        name: event,
        texts,
        erase_after_days: 30,
        state: 'live',
        created_at: 0,
        revision: 1,
      })
      .execute();
    await tables
      .insertInto('sessions')
      .values({
        id: sessionId,
        event_id: eventId,
        name: session,
        texts,
        starts_at: doorsAt + 3_600_000,
        valid_from: doorsAt,
        valid_until: doorsUntil,
        sale_from: 0,
        sale_until: doorsAt,
        pay_within_ms: 1000,
        claim_until: doorsAt,
        companions: '["own-cards"]',
        rules: JSON.stringify(rules),
        receipt: '',
        state: 'on-sale',
        revision: 1,
      })
      .execute();
    await tables
      .insertInto('categories')
      .values({ id: category, session_id: sessionId, name: 'S', texts, price: 8000 })
      .execute();
  });
  return { organisation, event: eventId, session: sessionId, category, name: `${event}/${session}` };
}

export interface TicketToMake {
  readonly number: string;
  readonly zone?: string;
  readonly state?: 'valid' | 'ended';
  readonly endedAt?: number;
  /** The cards bound to it, by serial hash. */
  readonly cards?: readonly Uint8Array[];
}

/** Tickets of the session with their seats, each bound to its cards. Answers their ids. */
export async function makeTickets(
  store: Store,
  rows: SessionRows,
  tickets: readonly TicketToMake[],
): Promise<string[]> {
  const ids = tickets.map(() => newId());
  await store.transaction(async (tables) => {
    for (const [at, { number, zone, state = 'valid', endedAt, cards = [] }] of tickets.entries()) {
      const seat = newId();
      const ticket = ids[at] ?? '';
      await tables
        .insertInto('seats')
        .values({
          id: seat,
          session_id: rows.session,
          category_id: rows.category,
          label: `seat of ${number}`,
          zone: zone ?? null,
          position: at,
          state: state === 'valid' ? 'sold' : 'free',
          ticket_id: state === 'valid' ? ticket : null,
        })
        .execute();
      await tables
        .insertInto('tickets')
        .values({
          id: ticket,
          number,
          event_id: rows.event,
          session_id: rows.session,
          category_id: rows.category,
          seat_id: seat,
          place: 1,
          admits: 1,
          state,
          ended_why: state === 'ended' ? 'cancelled' : null,
          changed_at: endedAt ?? 0,
        })
        .execute();
      for (const hash of cards) await bindCard(tables, rows, ticket, hash);
    }
  });
  return ids;
}

/** Binds a card to a ticket. Answers the binding's id. */
export async function bindCard(
  tables: Pick<Store['db'], 'insertInto'>,
  rows: SessionRows,
  ticket: string,
  serialHash: Uint8Array,
): Promise<string> {
  const id = newId();
  await tables
    .insertInto('bindings')
    .values({
      id,
      event_id: rows.event,
      session_id: rows.session,
      ticket_id: ticket,
      serial_hash: Buffer.from(serialHash),
      serial: Buffer.of(0),
      issuer_key_id: Buffer.of(0),
      not_after: doorsUntil,
      medium: 'card',
      how: 'desk',
      state: 'active',
      bound_at: 0,
      checked_at: 0,
    })
    .execute();
  return id;
}

/** A list version as an export leaves it, for every gate of the session's organisation. */
export async function issueList(
  store: Store,
  session: SessionRows,
  {
    version,
    at,
    gateGroup = 'main',
  }: { readonly version: number; readonly at: number; readonly gateGroup?: string },
): Promise<void> {
  const id = newId();
  await store.db
    .insertInto('entry_lists')
    .values({
      id,
      organisation_id: session.organisation,
      event_id: session.event,
      session_id: session.session,
      gate_group: gateGroup,
      version,
      kind: 'full',
      digest: id,
      manifest_digest: Buffer.alloc(32),
      bytes: 1,
      entries: 1,
      contents_digest: Buffer.alloc(32),
      issued_at: at,
    })
    .execute();
  const gates = await store.db
    .selectFrom('gates')
    .select('id')
    .where('organisation_id', '=', session.organisation)
    .execute();
  for (const gate of gates) {
    await store.db.insertInto('list_recipients').values({ list_id: id, gate_id: gate.id }).execute();
  }
}

/** Makes tickets one application's, in the order of their places. */
export async function makeParty(
  store: Store,
  rows: SessionRows,
  tickets: readonly string[],
  companions: 'own-cards' | 'enter-together' | 'representative-opens',
): Promise<void> {
  const [application, visitor] = [newId(), newId()];
  await store.transaction(async (tables) => {
    await tables.insertInto('visitors').values({ id: visitor, event_id: rows.event }).execute();
    await tables
      .insertInto('applications')
      .values({
        id: application,
        number: application,
        event_id: rows.event,
        session_id: rows.session,
        category_id: rows.category,
        visitor_id: visitor,
        form: Buffer.of(0),
        signature: Buffer.of(0),
        signature_issuer: Buffer.of(0),
        signature_serial: Buffer.of(0),
        tickets: tickets.length,
        companions,
        total: 0,
        state: 'paid',
        taken_at: 0,
        due_at: 0,
      })
      .execute();
    for (const [at, id] of tickets.entries()) {
      await tables
        .updateTable('tickets')
        .set({ application_id: application, place: at + 1 })
        .where('id', '=', id)
        .execute();
    }
  });
}
