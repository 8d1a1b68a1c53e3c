import type { Store } from '../store/store.ts';

/** A valid ticket, with what of its seat and category its record says. */
export interface TicketToList {
  readonly id: string;
  readonly number: string;
  readonly applicationId: string | null;
  readonly place: number;
  readonly admits: number;
  /** JSON. */
  readonly flags: string | null;
  readonly category: string;
  readonly label: string | null;
  readonly zone: string | null;
  /** JSON. */
  readonly doors: string | null;
  /** JSON. */
  readonly seatFlags: string | null;
}

/** An application's tickets that are valid, in the order of their places. */
export interface PartyToList {
  /** The application's number. */
  readonly number: string;
  readonly companions: 'own-cards' | 'enter-together' | 'representative-opens';
  readonly tickets: readonly TicketToList[];
}

type Which =
  | { readonly session: string; readonly after: string; readonly limit: number }
  | { readonly ids: readonly string[] }
  | { readonly applications: readonly string[] };

/** Valid tickets: a page of a session's, or those that are named. */
export function readTickets(store: Store, which: Which): Promise<TicketToList[]> {
  const valid = store.db
    .selectFrom('tickets')
    .innerJoin('categories', 'categories.id', 'tickets.category_id')
    .innerJoin('seats', 'seats.id', 'tickets.seat_id')
    .select([
      'tickets.id',
      'tickets.number',
      'tickets.application_id as applicationId',
      'tickets.place',
      'tickets.admits',
      'tickets.flags',
      'categories.name as category',
      'seats.label',
      'seats.zone',
      'seats.doors',
      'seats.flags as seatFlags',
    ])
    .where('tickets.state', '=', 'valid');
  if ('ids' in which) return valid.where('tickets.id', 'in', which.ids).orderBy('tickets.id').execute();
  if ('applications' in which) {
    return valid
      .where('tickets.application_id', 'in', which.applications)
      .orderBy('tickets.application_id')
      .orderBy('tickets.place')
      .execute();
  }
  return valid
    .where('tickets.session_id', '=', which.session)
    .where('tickets.id', '>', which.after)
    .orderBy('tickets.id')
    .limit(which.limit)
    .execute();
}

/** The parties that these tickets belong to, by application. */
export async function readParties(
  store: Store,
  tickets: readonly TicketToList[],
): Promise<Map<string, PartyToList>> {
  const ids = [...new Set(tickets.flatMap(({ applicationId }) => applicationId ?? []))];
  if (ids.length === 0) return new Map();
  const applications = await store.db
    .selectFrom('applications')
    .select(['id', 'number', 'companions'])
    .where('id', 'in', ids)
    .execute();
  const members = await readTickets(store, { applications: ids });
  const parties = new Map(
    applications.map(({ id, number, companions }) => [
      id,
      { number, companions, tickets: [] as TicketToList[] },
    ]),
  );
  for (const member of members) parties.get(member.applicationId ?? '')?.tickets.push(member);
  return parties;
}
