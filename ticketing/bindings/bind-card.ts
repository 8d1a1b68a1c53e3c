import type { BindingRow } from '../store/tables/tickets.ts';
import type { Store, Work } from '../store/store.ts';
import { BindingError } from './binding-error.ts';
import type { VerifiedCard } from './card-verifier.ts';
import { markChanged } from './list-changes.ts';
import { holdTicket } from './hold-ticket.ts';
import { addHash, ticketsHeld, visitorKnownBy, visitorOfCard } from './visitors.ts';

/** The most cards that open one ticket: a card, phones, and what replaces them. */
export const mostCards = 4;

export interface CardToBind {
  readonly ticket: string;
  readonly card: VerifiedCard;
  readonly how: BindingRow['how'];
  readonly medium: BindingRow['medium'];
  /** It is a card of whoever the ticket is already, in place of one that was lost. */
  readonly samePerson?: boolean;
  readonly now: number;
}

/**
 * Binds a card to a valid ticket. The first card says whose the ticket is: from then on it counts for that
 * person's quota and for nobody else's. Further ones, a phone or a card re-issued, are the same person's.
 */
export async function bindCard(tables: Work, kind: Store['kind'], toBind: CardToBind): Promise<void> {
  const { card, how, medium, now } = toBind;
  await holdTicket(tables, kind, toBind.ticket);
  const ticket = await readTicket(tables, toBind.ticket);
  requireOpen(ticket, now);
  const cards = await tables
    .selectFrom('bindings')
    .select('serial_hash')
    .where('ticket_id', '=', ticket.id)
    .where('state', '=', 'active')
    .execute();
  if (cards.some(({ serial_hash }) => serial_hash.equals(card.serialHash))) {
    throw new BindingError('already-bound', 'This card opens the ticket already.');
  }
  if (cards.length >= mostCards) {
    throw new BindingError(
      'too-many-cards',
      `A ticket is opened by at most ${mostCards} cards; end one first.`,
    );
  }
  if (cards.length === 0 && toBind.samePerson !== true) await giveTo(tables, ticket, card.serialHash);
  else await addCardOf(tables, ticket, card.serialHash);
  await refuseSecondTicket(tables, ticket.session_id, card.serialHash);
  await tables
    .insertInto('bindings')
    .values({
      id: card.binding,
      event_id: ticket.event_id,
      session_id: ticket.session_id,
      ticket_id: ticket.id,
      serial_hash: card.serialHash,
      serial: card.serial,
      issuer_key_id: card.issuerKeyId,
      not_after: card.notAfter,
      public_key: card.publicKey,
      medium,
      how,
      state: 'active',
      bound_at: now,
      ended_at: null,
      ended_why: null,
      checked_at: card.checkedAt,
    })
    .execute();
  await markChanged(tables, [{ session: ticket.session_id, ticket: ticket.id }], now);
}

interface TicketToOpen {
  readonly id: string;
  readonly event_id: string;
  readonly session_id: string;
  readonly visitor_id: string | null;
  readonly state: 'reserved' | 'valid' | 'ended';
  readonly session_state: string;
  readonly valid_until: number;
  readonly event_quota: number | null;
  readonly session_quota: number | null;
}

async function readTicket(tables: Work, id: string): Promise<TicketToOpen> {
  const ticket = await tables
    .selectFrom('tickets')
    .innerJoin('sessions', 'sessions.id', 'tickets.session_id')
    .innerJoin('events', 'events.id', 'tickets.event_id')
    .select([
      'tickets.id',
      'tickets.event_id',
      'tickets.session_id',
      'tickets.visitor_id',
      'tickets.state',
      'sessions.state as session_state',
      'sessions.valid_until',
      'sessions.quota as session_quota',
      'events.quota as event_quota',
    ])
    .where('tickets.id', '=', id)
    .executeTakeFirst();
  if (ticket !== undefined) return ticket;
  throw new BindingError('no-such-ticket', 'There is no such ticket.');
}

function requireOpen(ticket: TicketToOpen, now: number): void {
  if (ticket.state !== 'valid') {
    throw new BindingError('ticket-not-valid', 'The ticket is not paid for, or has ended.');
  }
  if (ticket.session_state === 'cancelled' || now > ticket.valid_until) {
    throw new BindingError('session-over', 'The session is over or was cancelled.');
  }
}

/** The first card: the ticket is its holder's from now on, as far as the quotas let them have one more. */
async function giveTo(tables: Work, ticket: TicketToOpen, serialHash: Buffer): Promise<void> {
  const visitor = await visitorOfCard(tables, ticket.event_id, serialHash);
  if (visitor === ticket.visitor_id) return;
  const held = await ticketsHeld(tables, visitor);
  const inSession = held.filter(({ session }) => session === ticket.session_id).length;
  if (held.length >= (ticket.event_quota ?? Infinity) || inSession >= (ticket.session_quota ?? Infinity)) {
    throw new BindingError(
      'quota-reached',
      'The card’s holder has as many tickets as one person may have; this one is for someone else.',
    );
  }
  await tables.updateTable('tickets').set({ visitor_id: visitor }).where('id', '=', ticket.id).execute();
}

/** A further card of whoever the ticket is: never of someone who is known as another. */
async function addCardOf(tables: Work, ticket: TicketToOpen, serialHash: Buffer): Promise<void> {
  const { visitor_id: visitor, event_id: event } = ticket;
  if (visitor === null) {
    await giveTo(tables, ticket, serialHash);
    return;
  }
  if (await addHash(tables, event, serialHash, visitor)) return;
  if ((await visitorKnownBy(tables, event, serialHash)) === visitor) return;
  throw new BindingError(
    'card-of-another',
    'This card belongs to someone who is known here already. Only further cards of one person open one ticket.',
  );
}

/** A card opens one ticket of a session. */
async function refuseSecondTicket(tables: Work, session: string, serialHash: Buffer): Promise<void> {
  const other = await tables
    .selectFrom('bindings')
    .select('id')
    .where('session_id', '=', session)
    .where('serial_hash', '=', serialHash)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (other === undefined) return;
  throw new BindingError(
    'card-opens-another',
    'This card opens another ticket of the session already. Each ticket needs a card of its own.',
  );
}
