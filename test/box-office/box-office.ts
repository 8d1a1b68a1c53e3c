// Rows as the ticketing service's own rooms leave them, for tests of what comes after: an event with seats,
// and tickets that were sold.
import { randomBytes } from 'node:crypto';
import { newSpokenCode } from '../../ticketing/codes/spoken-code.ts';
import { newId } from '../../ticketing/store/new-id.ts';
import type { Store } from '../../ticketing/store/store.ts';

export const openingNight = Date.parse('2027-04-03T09:00:00Z');
const day = 86_400_000;

/** The ids of what was set up. */
export interface SetUpSession {
  readonly organisation: string;
  readonly event: string;
  /** As the event key is named. */
  readonly eventName: string;
  readonly session: string;
  readonly category: string;
  /** Free ones, in their order. */
  readonly seats: string[];
}

interface SessionWishes {
  readonly seats?: number;
  readonly quota?: number;
  readonly sessionQuota?: number;
  readonly eventName?: string;
  readonly claimUntil?: number;
  /** Another session of the same event. */
  readonly of?: SetUpSession;
}

/** Sets up an event with one session of numbered seats, or one more session of an event. */
export async function setUpSession(store: Store, wishes: SessionWishes = {}): Promise<SetUpSession> {
  const [organisation, event] = [wishes.of?.organisation ?? newId(), wishes.of?.event ?? newId()];
  const [session, category] = [newId(), newId()];
  const eventName = wishes.of?.eventName ?? wishes.eventName ?? `event-${event.slice(-8)}`;
  const texts = JSON.stringify({ ja: '春の音楽会', en: 'Spring concert' });
  const seats = Array.from({ length: wishes.seats ?? 8 }, () => newId());
  await store.transaction(async (tables) => {
    if (wishes.of === undefined) {
      await tables
        .insertInto('organisations')
        .values({ id: organisation, name: 'Hall', created_at: 0 })
        .execute();
      await tables
        .insertInto('events')
        .values({
          id: event,
          organisation_id: organisation,
          name: eventName,
          texts,
          quota: wishes.quota ?? null,
          erase_after_days: 30,
          state: 'live',
          created_at: 0,
          revision: 1,
        })
        .execute();
    }
    await tables
      .insertInto('sessions')
      .values({
        id: session,
        event_id: event,
        name: `session-${session.slice(-8)}`,
        texts: JSON.stringify({ ja: '初日', en: 'First night' }),
        starts_at: openingNight,
        valid_from: openingNight - day,
        valid_until: openingNight + day,
        sale_from: 0,
        sale_until: openingNight,
        pay_within_ms: 3 * day,
        claim_until: wishes.claimUntil ?? openingNight - 2 * day,
        quota: wishes.sessionQuota ?? null,
        companions: JSON.stringify(['own-cards', 'enter-together', 'representative-opens']),
        rules: JSON.stringify({ entry: 'never-again' }),
        receipt: '',
        state: 'on-sale',
        revision: 1,
      })
      .execute();
    await tables
      .insertInto('categories')
      .values({ id: category, session_id: session, name: 'S', texts, price: 8000 })
      .execute();
    for (const [position, id] of seats.entries()) {
      await tables
        .insertInto('seats')
        .values({
          id,
          session_id: session,
          category_id: category,
          label: `A-${position + 1}`,
          zone: 'A',
          doors: null,
          flags: null,
          x: null,
          y: null,
          position,
          state: 'free',
          ticket_id: null,
        })
        .execute();
    }
  });
  return { organisation, event, eventName, session, category, seats };
}

export interface SoldParty {
  readonly application: string;
  readonly number: string;
  readonly visitor: string;
  /** By their places. */
  readonly tickets: string[];
}

interface PartyWishes {
  readonly tickets?: number;
  readonly companions?: 'own-cards' | 'enter-together' | 'representative-opens';
  readonly state?: 'reserved' | 'paid';
  /** Flags of the tickets, by place. */
  readonly flags?: readonly (readonly string[])[];
  readonly visitor?: string;
}

/** Sells the next free seats to a new visitor, or to one who is known. */
export async function sellParty(
  store: Store,
  to: SetUpSession,
  wishes: PartyWishes = {},
): Promise<SoldParty> {
  const count = wishes.tickets ?? 1;
  const [application, visitor] = [randomBytes(16).toString('hex'), wishes.visitor ?? newId()];
  const number = newSpokenCode(10);
  const seats = to.seats.splice(0, count);
  if (seats.length < count) throw new Error('The test has sold its seats.');
  const tickets = seats.map(() => newId());
  const isPaid = wishes.state !== 'reserved';
  await store.transaction(async (tables) => {
    if (wishes.visitor === undefined) {
      await tables.insertInto('visitors').values({ id: visitor, event_id: to.event }).execute();
    }
    await tables
      .insertInto('applications')
      .values({
        id: application,
        number,
        event_id: to.event,
        session_id: to.session,
        category_id: to.category,
        visitor_id: visitor,
        form: Buffer.from('{}'),
        signature: randomBytes(256),
        signature_issuer: randomBytes(20),
        signature_serial: randomBytes(48),
        tickets: count,
        companions: wishes.companions ?? 'own-cards',
        total: 8000 * count,
        state: isPaid ? 'paid' : 'reserved',
        taken_at: 0,
        due_at: 3 * day,
        paid_at: isPaid ? 1 : null,
        ended_at: null,
      })
      .execute();
    for (const [index, id] of tickets.entries()) {
      const flags = wishes.flags?.[index];
      await tables
        .insertInto('tickets')
        .values({
          id,
          number: newSpokenCode(10),
          event_id: to.event,
          session_id: to.session,
          category_id: to.category,
          application_id: application,
          visitor_id: visitor,
          seat_id: seats[index] ?? '',
          place: index + 1,
          admits: 1,
          flags: flags === undefined ? null : JSON.stringify(flags),
          state: isPaid ? 'valid' : 'reserved',
          ended_why: null,
          changed_at: 0,
        })
        .execute();
      await tables
        .updateTable('seats')
        .set({ state: isPaid ? 'sold' : 'held', ticket_id: id })
        .where('id', '=', seats[index] ?? '')
        .execute();
    }
  });
  return { application, number, visitor, tickets };
}

export interface BoundCard {
  readonly binding: string;
  readonly serialHash: Buffer;
}

/** Binds a card that is nothing but its hash. */
export async function bindHash(
  store: Store,
  to: SetUpSession,
  ticket: string,
  serialHash: Buffer = randomBytes(32),
): Promise<BoundCard> {
  const binding = newId();
  await store.transaction(async (tables) => {
    await tables
      .insertInto('bindings')
      .values({
        id: binding,
        event_id: to.event,
        session_id: to.session,
        ticket_id: ticket,
        serial_hash: serialHash,
        serial: randomBytes(48),
        issuer_key_id: randomBytes(20),
        not_after: openingNight + 365 * day,
        public_key: null,
        medium: 'card',
        how: 'application',
        state: 'active',
        bound_at: 0,
        ended_at: null,
        ended_why: null,
        checked_at: 0,
      })
      .execute();
  });
  return { binding, serialHash };
}
