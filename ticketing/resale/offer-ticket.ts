import { holdTicket } from '../bindings/hold-ticket.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import { ResaleError } from './resale-error.ts';

export interface TicketToOffer {
  readonly ticket: string;
  /** A representative offers own tickets and those that nobody has bound; a desk sees who stands before it. */
  readonly by: 'representative' | 'desk';
  readonly now: number;
}

/** Offers a ticket at its price to whoever waits. It stays good until another was paid for in its place. */
export async function offerTicket(
  tables: Work,
  kind: Store['kind'],
  { ticket: id, by, now }: TicketToOffer,
): Promise<void> {
  await holdTicket(tables, kind, id);
  const ticket = await tables
    .selectFrom('tickets')
    .innerJoin('sessions', 'sessions.id', 'tickets.session_id')
    .innerJoin('applications', 'applications.id', 'tickets.application_id')
    .select([
      'tickets.event_id',
      'tickets.category_id',
      'tickets.state',
      'tickets.place',
      'tickets.visitor_id',
    ])
    .select(['applications.companions', 'applications.visitor_id as buyer'])
    .select(['sessions.valid_from', 'sessions.state as session_state'])
    .where('tickets.id', '=', id)
    .executeTakeFirst();
  const isOthers = by === 'representative' && ticket?.visitor_id !== ticket?.buyer;
  const opensForOthers = ticket?.companions === 'representative-opens' && ticket.place === 1;
  if (ticket?.state !== 'valid' || isOthers || opensForOthers) {
    throw new ResaleError(
      'not-resellable',
      'This ticket cannot be sold again here: it is not paid for, has ended, opens for others, or is another’s by now. A desk can help.',
    );
  }
  if (now >= ticket.valid_from || ticket.session_state === 'cancelled') throw tooLate();
  const { numInsertedOrUpdatedRows } = await tables
    .insertInto('resale_offers')
    .values({
      id: newId(now),
      event_id: ticket.event_id,
      category_id: ticket.category_id,
      ticket_id: id,
      state: 'open',
      application_id: null,
      accept_until: null,
      offered_at: now,
      ended_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) return;
  throw new ResaleError('already-offered', 'This ticket is on offer already.');
}

/** Takes a ticket off offer, as long as nobody has accepted it. */
export async function withdrawOffer(
  tables: Work,
  kind: Store['kind'],
  { ticket, now }: { readonly ticket: string; readonly now: number },
): Promise<void> {
  await holdTicket(tables, kind, ticket);
  const { numUpdatedRows } = await tables
    .updateTable('resale_offers')
    .set({ state: 'withdrawn', application_id: null, ended_at: now })
    .where('ticket_id', '=', ticket)
    .where('state', 'in', ['open', 'matched'])
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 1n) return;
  throw new ResaleError('not-withdrawable', 'This ticket is not on offer, or somebody has accepted it.');
}

export function tooLate(): ResaleError {
  return new ResaleError('too-late', 'Gates may admit by this ticket already; it is too late for a resale.');
}
