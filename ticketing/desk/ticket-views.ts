import { z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { findTicket } from './find-ticket.ts';

const cardView = z
  .strictObject({
    id: z.string().meta({ description: 'The tie of the card to the ticket; nothing of the card itself.' }),
    medium: z.enum(['card', 'phone']),
    how: z.enum(['application', 'claim', 'desk', 'renewal', 'resale']),
    state: z.enum(['active', 'suspended', 'ended', 'revoked']),
    endedWhy: z.string().nullable(),
    boundAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    notAfter: z.iso.datetime().meta({ description: 'Until when its certificate is valid.' }),
    checkedAt: z.iso.datetime().meta({ description: 'When the authority was last asked about it.' }),
  })
  .openapi('BoundCard');

/** A ticket as people see it, with its cards. */
export const ticketView = z
  .strictObject({
    id: z.string(),
    number: z.string().meta({ description: 'As printed.' }),
    session: z.string(),
    application: z.string().nullable().meta({ description: 'None where it was imported.' }),
    applicationNumber: z.string().nullable(),
    companions: z.enum(['own-cards', 'enter-together', 'representative-opens']).nullable(),
    place: z.int().meta({ description: '1 is the representative’s.' }),
    admits: z.int(),
    category: z.string(),
    seat: z.string().nullable(),
    zone: z.string().nullable(),
    state: z.enum(['reserved', 'valid', 'ended']),
    endedWhy: z.enum(['lapsed', 'cancelled', 'refunded', 'resold']).nullable(),
    claimUntil: z.iso.datetime().nullable().meta({ description: 'Until when its open claim serves.' }),
    cards: z.array(cardView).meta({ description: 'The newest first, also those that open it no more.' }),
  })
  .openapi('Ticket');

/** A ticket in a list. */
export const ticketInList = ticketView
  .pick({
    id: true,
    number: true,
    session: true,
    application: true,
    place: true,
    state: true,
    endedWhy: true,
  })
  .extend({ applicationNumber: z.string().nullable(), seat: z.string().nullable(), bound: z.boolean() })
  .openapi('TicketInList');

export async function readTicketView(
  db: Kysely<Tables>,
  organisation: string,
  id: string,
): Promise<z.output<typeof ticketView>> {
  const ticket = await findTicket(db, organisation, id);
  const cards = await db
    .selectFrom('bindings')
    .selectAll()
    .where('ticket_id', '=', id)
    .orderBy('id', 'desc')
    .execute();
  const claim = await db
    .selectFrom('claims')
    .select('until')
    .where('ticket_id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return {
    id,
    number: ticket.number,
    session: ticket.session_id,
    application: ticket.application_id,
    applicationNumber: ticket.application_number,
    companions: ticket.companions,
    place: ticket.place,
    admits: ticket.admits,
    category: ticket.category,
    seat: ticket.label,
    zone: ticket.zone,
    state: ticket.state,
    endedWhy: ticket.ended_why,
    claimUntil: claim === undefined ? null : timeOf(claim.until),
    cards: cards.map(cardOf),
  };
}

function cardOf(row: Tables['bindings']): z.output<typeof cardView> {
  return {
    id: row.id,
    medium: row.medium,
    how: row.how,
    state: row.state,
    endedWhy: row.ended_why,
    boundAt: timeOf(row.bound_at),
    endedAt: row.ended_at === null ? null : timeOf(row.ended_at),
    notAfter: timeOf(row.not_after),
    checkedAt: timeOf(row.checked_at),
  };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
