import type { Work } from '../store/store.ts';
import { newId } from '../store/new-id.ts';

/** The visitor whom a card belongs to, as one within an event; a new one where the card was never seen. */
export async function visitorOfCard(tables: Work, event: string, serialHash: Buffer): Promise<string> {
  const known = await visitorKnownBy(tables, event, serialHash);
  if (known !== undefined) return known;
  const visitor = newId();
  await tables.insertInto('visitors').values({ id: visitor, event_id: event }).execute();
  if (await addHash(tables, event, serialHash, visitor)) return visitor;
  // Another transaction was first: it has committed by now.
  await tables.deleteFrom('visitors').where('id', '=', visitor).execute();
  return (await visitorKnownBy(tables, event, serialHash)) ?? visitorOfCard(tables, event, serialHash);
}

export async function visitorKnownBy(
  tables: Work,
  event: string,
  serialHash: Buffer,
): Promise<string | undefined> {
  const row = await tables
    .selectFrom('visitor_hashes')
    .select('visitor_id')
    .where('event_id', '=', event)
    .where('serial_hash', '=', serialHash)
    .executeTakeFirst();
  return row?.visitor_id;
}

/** Has a visitor be known by one more card; false where that card is known already. */
export async function addHash(
  tables: Work,
  event: string,
  serialHash: Buffer,
  visitor: string,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables
    .insertInto('visitor_hashes')
    .values({ event_id: event, serial_hash: serialHash, visitor_id: visitor })
    .onConflict((conflict) => conflict.columns(['event_id', 'serial_hash']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** The tickets that count for a visitor's quotas. Hold the event first. */
export async function ticketsHeld(
  tables: Work,
  visitor: string,
): Promise<{ readonly ticket: string; readonly session: string }[]> {
  return tables
    .selectFrom('tickets')
    .select(['id as ticket', 'session_id as session'])
    .where('visitor_id', '=', visitor)
    .where('state', 'in', ['reserved', 'valid'])
    .execute();
}
