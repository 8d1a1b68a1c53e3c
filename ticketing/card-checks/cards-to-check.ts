import type { Store } from '../store/store.ts';

/** A card that opens a valid ticket, or is held back from it, with what its check and its cases need. */
export type CardToCheck = Awaited<ReturnType<typeof cardsOfSession>>[number];

export function cardsOfSession(
  store: Store,
  session: string,
  { after, limit }: { readonly after: string; readonly limit: number },
) {
  return checkable(store)
    .where('bindings.session_id', '=', session)
    .where('bindings.id', '>', after)
    .orderBy('bindings.id')
    .limit(limit)
    .execute();
}

export function oneCard(store: Store, id: string): Promise<CardToCheck | undefined> {
  return checkable(store).where('bindings.id', '=', id).executeTakeFirst();
}

function checkable({ db }: Store) {
  return db
    .selectFrom('bindings')
    .innerJoin('tickets', 'tickets.id', 'bindings.ticket_id')
    .innerJoin('sessions', 'sessions.id', 'bindings.session_id')
    .innerJoin('events', 'events.id', 'bindings.event_id')
    .select([
      'bindings.id',
      'bindings.state',
      'bindings.serial',
      'bindings.serial_hash',
      'bindings.issuer_key_id',
      'bindings.not_after',
      'bindings.medium',
      'bindings.event_id',
      'bindings.session_id',
      'bindings.ticket_id',
      'tickets.number',
      'sessions.starts_at',
      'events.name as event_name',
      'events.organisation_id',
    ])
    .where('bindings.state', 'in', ['active', 'suspended'])
    .where('tickets.state', '=', 'valid');
}
