import { applicationRow, ticketRow } from '../applications/accept.ts';
import type { Applications } from '../applications/applications.ts';
import { Offers } from '../applications/offers.ts';
import { markChanged } from '../bindings/list-changes.ts';
import { ticketsHeld, visitorOfCard } from '../bindings/visitors.ts';
import { hashOfTyped, newSecretCode } from '../claims/secret-code.ts';
import { lockEvents } from '../events/lock-events.ts';
import { newSlip, slipDueAt, slipPath } from '../payments/slip.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { handOver } from './hand-over.ts';
import { leaveList } from './match-offers.ts';
import { tooLate } from './offer-ticket.ts';
import { ResaleError } from './resale-error.ts';

/** How a place on the waiting list stands. */
export interface Place {
  readonly application: string;
  readonly state: 'waiting' | 'offered';
  /** Until when the offer can be accepted. */
  readonly until?: number;
}

/** What an accepted offer came to. */
export interface Accepted {
  readonly application: string;
  readonly state: 'reserved' | 'paid';
  readonly total: number;
  readonly dueAt: number;
  readonly slip?: { readonly number: string; readonly path: string };
}

export interface WaitingListOptions {
  readonly store: Store;
  readonly applications: Applications;
  readonly now: () => number;
}

/**
 * Those who wait for a ticket that somebody sells again. They apply as for any ticket, signed with the card
 * that the ticket will be bound to; nobody can have one without.
 *
 * @example
 * const { code } = await list.join(body);
 * const { slip } = await list.accept(code);
 */
export class WaitingList {
  readonly #store: Store;
  readonly #applications: Applications;
  readonly #now: () => number;

  constructor({ store, applications, now }: WaitingListOptions) {
    this.#store = store;
    this.#applications = applications;
    this.#now = now;
  }

  /** Joins, for one ticket. The same application sent again is answered with a new code for its place. */
  async join(body: unknown): Promise<{ readonly application: string; readonly code: string }> {
    const prepared = await this.#applications.prepare(body);
    const { code, hash } = newSecretCode();
    if ('known' in prepared) return this.#rejoin(prepared.known.application, code, hash);
    const { sealed, offer } = prepared;
    if (sealed.form.tickets !== 1 || sealed.form.companions !== 'own-cards') {
      throw new ResaleError('one-ticket', 'On the waiting list is one ticket at a time, for the own card.');
    }
    return this.#store.transaction(async (tables) => {
      const now = this.#now();
      await lockEvents(this.#store, tables, [sealed.event]);
      if (now >= offer.session.valid_from) throw tooLate();
      const serialHash = Buffer.from(sealed.serialHash);
      const visitor = await visitorOfCard(tables, sealed.event, serialHash);
      const row: Tables['applications'] = {
        ...applicationRow(sealed, offer, visitor, now),
        state: 'waiting',
        paid_at: null,
      };
      await requireAllowed(tables, row, serialHash);
      await tables.insertInto('applications').values(row).execute();
      await tables
        .insertInto('waiting')
        .values({
          application_id: row.id,
          category_id: row.category_id,
          joined_at: now,
          code_hash: hash,
          binding_id: sealed.binding.id,
          serial_hash: serialHash,
          serial: Buffer.from(sealed.binding.serial),
          issuer_key_id: Buffer.from(sealed.card.issuerKeyId),
          not_after: sealed.card.notAfter.getTime(),
          public_key: Buffer.from(sealed.card.publicKey),
        })
        .execute();
      return { application: row.number, code };
    });
  }

  async lookUp(code: string): Promise<Place> {
    const place = await findPlace(this.#store.db, hashOfTyped(code));
    const { number: application, accept_until: until } = place;
    if (until === null || until <= this.#now()) return { application, state: 'waiting' };
    return { application, state: 'offered', until };
  }

  /** Accepts what is offered: a ticket is reserved, and is the card's once it is paid for. */
  async accept(code: string): Promise<Accepted> {
    const hash = hashOfTyped(code);
    return this.#store.transaction(async (tables) => {
      const now = this.#now();
      await lockEvents(this.#store, tables, [(await findPlace(tables, hash)).event_id]);
      const place = await findPlace(tables, hash);
      if (place.offer === null || place.accept_until === null || place.accept_until <= now) {
        throw new ResaleError('nothing-offered', 'Nothing is offered to you now, or its time is over.');
      }
      const application = await readApplicationRow(tables, place.application_id);
      await requireAllowed(tables, application, place.serial_hash);
      return reserve(tables, { place, offer: place.offer, application, now });
    });
  }

  /** Leaves the list; what was offered goes to the next. */
  async leave(code: string): Promise<void> {
    const hash = hashOfTyped(code);
    await this.#store.transaction(async (tables) => {
      const now = this.#now();
      await lockEvents(this.#store, tables, [(await findPlace(tables, hash)).event_id]);
      const { application_id } = await findPlace(tables, hash);
      await tables
        .updateTable('resale_offers')
        .set({ state: 'open', application_id: null, accept_until: null })
        .where('application_id', '=', application_id)
        .where('state', '=', 'matched')
        .execute();
      await leaveList(tables, application_id, 'cancelled', now);
    });
  }

  async #rejoin(number: string, code: string, hash: Buffer): Promise<{ application: string; code: string }> {
    const { numUpdatedRows } = await this.#store.transaction((tables) =>
      tables
        .updateTable('waiting')
        .set({ code_hash: hash })
        .where('application_id', 'in', (eb) =>
          eb.selectFrom('applications').select('id').where('number', '=', number),
        )
        .executeTakeFirstOrThrow(),
    );
    if (numUpdatedRows === 0n) throw noSuchPlace();
    return { application: number, code };
  }
}

type FoundPlace = Awaited<ReturnType<typeof findPlace>>;

async function findPlace(db: Store['db'] | Work, hash: Buffer) {
  const row = await db
    .selectFrom('waiting')
    .innerJoin('applications', 'applications.id', 'waiting.application_id')
    .leftJoin('resale_offers', (join) =>
      join
        .onRef('resale_offers.application_id', '=', 'waiting.application_id')
        .on('resale_offers.state', '=', 'matched'),
    )
    .selectAll('waiting')
    .select(['applications.number', 'applications.event_id'])
    .select(['resale_offers.id as offer', 'resale_offers.accept_until'])
    .where('waiting.code_hash', '=', hash)
    .executeTakeFirst();
  if (row === undefined) throw noSuchPlace();
  return row;
}

interface ToReserve {
  readonly place: FoundPlace;
  readonly offer: string;
  readonly application: Tables['applications'];
  readonly now: number;
}

async function reserve(
  tables: Work,
  { place, offer, application: waiting, now }: ToReserve,
): Promise<Accepted> {
  const { session, seat } = await offeredSeat(tables, offer, waiting);
  const isFree = waiting.total === 0;
  const application: Tables['applications'] = {
    ...waiting,
    state: isFree ? 'paid' : 'reserved',
    taken_at: now,
    due_at: Math.min(slipDueAt(now, session.pay_within_ms, session.starts_at), session.valid_from),
    paid_at: isFree ? now : null,
  };
  const { id, state, taken_at, due_at, paid_at } = application;
  await tables
    .updateTable('applications')
    .set({ state, taken_at, due_at, paid_at })
    .where('id', '=', id)
    .execute();
  const ticket = ticketRow(application, seat, 1);
  await tables.insertInto('tickets').values(ticket).execute();
  await tables
    .insertInto('bindings')
    .values({
      id: place.binding_id,
      event_id: ticket.event_id,
      session_id: ticket.session_id,
      ticket_id: ticket.id,
      serial_hash: place.serial_hash,
      serial: place.serial,
      issuer_key_id: place.issuer_key_id,
      not_after: place.not_after,
      public_key: place.public_key,
      medium: 'card',
      how: 'resale',
      state: 'active',
      bound_at: now,
      ended_at: null,
      ended_why: null,
      checked_at: place.joined_at,
    })
    .execute();
  await tables.deleteFrom('waiting').where('application_id', '=', id).execute();
  await tables.updateTable('resale_offers').set({ state: 'accepted' }).where('id', '=', offer).execute();
  const done = { application: application.number, total: application.total, dueAt: due_at };
  if (isFree) {
    await handOver(tables, id, now);
    await markChanged(tables, [{ session: ticket.session_id, ticket: ticket.id }], now);
    return { ...done, state: 'paid' };
  }
  const slip = newSlip(id, application.total, due_at);
  await tables.insertInto('slips').values(slip).execute();
  return { ...done, state: 'reserved', slip: { number: slip.number, path: slipPath(slip) } };
}

async function offeredSeat(tables: Work, offer: string, application: Tables['applications']) {
  const seat = await tables
    .selectFrom('resale_offers')
    .innerJoin('tickets', 'tickets.id', 'resale_offers.ticket_id')
    .innerJoin('seats', 'seats.id', 'tickets.seat_id')
    .select(['seats.id', 'seats.flags'])
    .where('resale_offers.id', '=', offer)
    .executeTakeFirstOrThrow();
  const offers = await Offers.read(tables, [
    { session: application.session_id, category: application.category_id },
  ]);
  const found = offers.of({ session: application.session_id, category: application.category_id });
  // Who signed a price gets no other.
  if (found?.session.state === 'cancelled' || found?.category.price !== application.total) {
    throw new ResaleError('nothing-offered', 'The session or its price was changed; apply anew.');
  }
  return { session: found.session, seat };
}

async function readApplicationRow(tables: Work, id: string): Promise<Tables['applications']> {
  return tables.selectFrom('applications').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** As many tickets as one person may have, and no second one for a card in a session. */
async function requireAllowed(
  tables: Work,
  { visitor_id, session_id, event_id }: Tables['applications'],
  serialHash: Buffer,
): Promise<void> {
  const { session_quota, event_quota } = await tables
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select(['sessions.quota as session_quota', 'events.quota as event_quota'])
    .where('sessions.id', '=', session_id)
    .executeTakeFirstOrThrow();
  const held = await ticketsHeld(tables, visitor_id);
  const inSession = held.filter(({ session }) => session === session_id).length;
  if (held.length >= (event_quota ?? Infinity) || inSession >= (session_quota ?? Infinity)) {
    throw new ResaleError('quota-reached', 'One person can hold only so many tickets here.');
  }
  const bound = await tables
    .selectFrom('bindings')
    .select('id')
    .where('event_id', '=', event_id)
    .where('session_id', '=', session_id)
    .where('serial_hash', '=', serialHash)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (bound === undefined) return;
  throw new ResaleError('card-already-bound', 'This card opens a ticket of the session already.');
}

function noSuchPlace(): ResaleError {
  return new ResaleError('no-such-place', 'This code serves for no place on a waiting list, or no longer.');
}
