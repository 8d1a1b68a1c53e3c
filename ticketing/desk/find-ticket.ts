import { notFound } from '../http/http-error.ts';
import type { Store, Work } from '../store/store.ts';

/** A ticket of an organisation, with what acts on it need. */
export type FoundTicket = Awaited<ReturnType<typeof findTicket>>;

/** A ticket of this organisation; another's is as if it were not there. */
export async function findTicket(db: Store['db'] | Work, organisation: string, id: string) {
  const row = await db
    .selectFrom('tickets')
    .innerJoin('seats', 'seats.id', 'tickets.seat_id')
    .innerJoin('categories', 'categories.id', 'tickets.category_id')
    .innerJoin('sessions', 'sessions.id', 'tickets.session_id')
    .innerJoin('events', 'events.id', 'tickets.event_id')
    .leftJoin('applications', 'applications.id', 'tickets.application_id')
    .select([
      'tickets.id as ticket_id',
      'tickets.number',
      'tickets.event_id',
      'tickets.session_id',
      'tickets.application_id',
      'tickets.visitor_id',
      'tickets.place',
      'tickets.admits',
      'tickets.state',
      'tickets.ended_why',
      'seats.label',
      'seats.zone',
      'categories.name as category',
      'sessions.texts as session_texts',
      'sessions.starts_at',
      'events.organisation_id',
      'events.name as event_name',
      'events.texts as event_texts',
      'applications.number as application_number',
      'applications.companions',
    ])
    .where('tickets.id', '=', id)
    .where('events.organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw notFound('ticket');
  return row;
}

/** A card that opens or opened a ticket of this organisation. */
export async function findCard(tables: Work, organisation: string, id: string) {
  const row = await tables
    .selectFrom('bindings')
    .innerJoin('events', 'events.id', 'bindings.event_id')
    .selectAll('bindings')
    .where('bindings.id', '=', id)
    .where('events.organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw notFound('card');
  return row;
}
