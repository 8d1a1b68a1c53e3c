import type { Work } from '../store/store.ts';
import { endTickets, oweBack } from '../refunds/take-back.ts';

/**
 * Hands a seat over to the application that has just paid for it: the seller's ticket ends with its cards,
 * which the next list or delta says, and its price is owed to the seller. In the transaction that makes the
 * buyer's ticket valid, so the seat never has two holders. Nothing where no resale is behind an application.
 */
export async function handOver(tables: Work, application: string, now: number): Promise<void> {
  const offer = await tables
    .selectFrom('resale_offers')
    .innerJoin('tickets', 'tickets.id', 'resale_offers.ticket_id')
    .innerJoin('applications as sold', 'sold.id', 'tickets.application_id')
    .innerJoin('events', 'events.id', 'resale_offers.event_id')
    .select([
      'resale_offers.id as offer',
      'resale_offers.ticket_id',
      'tickets.seat_id',
      'sold.id',
      'sold.session_id',
      'sold.total',
      'sold.tickets',
      'events.organisation_id',
    ])
    .where('resale_offers.application_id', '=', application)
    .where('resale_offers.state', '=', 'accepted')
    .executeTakeFirst();
  if (offer === undefined) return;
  const { ticket_id: ticket, seat_id } = offer;
  await endTickets(tables, [ticket], { why: 'resold', now });
  const { id: bought } = await tables
    .selectFrom('tickets')
    .select('id')
    .where('application_id', '=', application)
    .executeTakeFirstOrThrow();
  await tables
    .updateTable('seats')
    .set({ state: 'sold', ticket_id: bought })
    .where('id', '=', seat_id)
    .execute();
  await oweBack(tables, {
    application: offer,
    ticket,
    amount: offer.total / offer.tickets,
    why: 'resold',
    now,
  });
  await tables
    .updateTable('resale_offers')
    .set({ state: 'sold', ended_at: now })
    .where('id', '=', offer.offer)
    .execute();
  await endIfNothingLeft(tables, offer.id, now);
}

async function endIfNothingLeft(tables: Work, application: string, now: number): Promise<void> {
  const left = await tables
    .selectFrom('tickets')
    .select('id')
    .where('application_id', '=', application)
    .where('state', '!=', 'ended')
    .limit(1)
    .executeTakeFirst();
  if (left !== undefined) return;
  await tables
    .updateTable('applications')
    .set({ state: 'refunded', ended_at: now })
    .where('id', '=', application)
    .execute();
}
