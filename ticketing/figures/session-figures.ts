import { sql } from 'kysely';
import { expectedJournals } from '../journals/expected-journals.ts';
import { reachesEnd } from '../journals/missing-journals.ts';
import type { Store } from '../store/store.ts';
import { passages, refusedTaps, type DoorFigures, type MinuteAtDoor, type Refused } from './entry-counts.ts';
import { ticketFigures, type TicketFigures } from './ticket-counts.ts';

/** A gate's journal, as far as it is in: figures say nothing of what is missing. */
export interface JournalIn {
  readonly gate: string;
  readonly door: string;
  /** The time of its last entry; none where nothing came. */
  readonly until: number | null;
  /** Whether it reaches the session's end. */
  readonly whole: boolean;
}

/** What happened at a session, of what its gates handed over so far. */
export interface SessionFigures {
  readonly session: string;
  /** As journals name it: event and session. */
  readonly name: string;
  readonly tickets: readonly (TicketFigures & {
    /** Valid, and nobody entered by it; not said before the session is over. */
    readonly noShows: number | null;
  })[];
  readonly doors: readonly DoorFigures[];
  /** Minutes in which nobody passed a door are left out. */
  readonly minutes: readonly MinuteAtDoor[];
  readonly refused: readonly Refused[];
  readonly journals: readonly JournalIn[];
}

/** Which session: by its id, or `event/session` as journals name it. */
type WhichSession = { readonly id: string } | { readonly name: string };

/**
 * The figures of an organisation's session; nothing where it has no such session.
 *
 * @example
 * const figures = await sessionFigures(store, organisation, { id: session }, now());
 */
export async function sessionFigures(
  store: Store,
  organisation: string,
  which: WhichSession,
  now: number,
): Promise<SessionFigures | undefined> {
  const session = await findSession(store, organisation, which);
  if (session === undefined) return undefined;
  const { id, name, validFrom, validUntil } = session;
  const tickets = await ticketFigures(store, session);
  const { minutes, doors } = await passages(store, name);
  const refused = await refusedTaps(store, name);
  const expected = await expectedJournals(store, session);
  const isOver = now >= validUntil;
  return {
    session: id,
    name,
    tickets: tickets.map((each) => ({ ...each, noShows: isOver ? each.tickets - each.entered : null })),
    doors,
    minutes,
    refused,
    journals: expected.map((journal) => ({
      gate: journal.gate,
      door: journal.door,
      until: journal.lastEntry?.at ?? null,
      whole: reachesEnd(journal, { validFrom, validUntil }),
    })),
  };
}

async function findSession({ db }: Store, organisation: string, which: WhichSession) {
  const name = sql<string>`events.name || '/' || sessions.name`;
  return db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select(['sessions.id', name.as('name')])
    .select(['sessions.valid_from as validFrom', 'sessions.valid_until as validUntil'])
    .where('events.organisation_id', '=', organisation)
    .where((eb) => ('id' in which ? eb('sessions.id', '=', which.id) : eb(name, '=', which.name)))
    .executeTakeFirst();
}
