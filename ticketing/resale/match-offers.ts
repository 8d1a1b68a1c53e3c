import { lockEvents } from '../events/lock-events.ts';
import type { JobKind } from '../jobs/job.ts';
import type { Store, Work } from '../store/store.ts';

const day = 86_400_000;

export interface MatchOptions {
  readonly store: Store;
  readonly now: () => number;
}

/**
 * Brings tickets that are offered to those who wait, in the order in which they came. Whoever lets the time
 * to accept, or to pay, go by has lost the place; the ticket goes to the next. Offers end before gates admit.
 */
export function matchOffers({ store, now }: MatchOptions): JobKind<unknown> {
  return {
    name: 'match-offers',
    everyMs: 60_000,
    run: async () => {
      const events = await store.db
        .selectFrom('resale_offers')
        .select('event_id')
        .distinct()
        .where('ended_at', 'is', null)
        .execute();
      for (const { event_id } of events) {
        await store.transaction(async (tables) => {
          await lockEvents(store, tables, [event_id]);
          await freeForsaken(tables, event_id, now());
          await endLate(tables, event_id, now());
          await match(tables, event_id, now());
        });
      }
    },
  };
}

/** Of those who did not accept, or not pay, in time. */
async function freeForsaken(tables: Work, event: string, now: number): Promise<void> {
  const forsaken = await tables
    .selectFrom('resale_offers')
    .innerJoin('applications', 'applications.id', 'resale_offers.application_id')
    .select(['resale_offers.id', 'resale_offers.state', 'resale_offers.application_id'])
    .where('resale_offers.event_id', '=', event)
    .where('resale_offers.ended_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb.and([eb('resale_offers.state', '=', 'matched'), eb('resale_offers.accept_until', '<=', now)]),
        eb('applications.state', 'in', ['lapsed', 'cancelled', 'refunded']),
      ]),
    )
    .execute();
  for (const { id, state, application_id } of forsaken) {
    if (state === 'matched' && application_id !== null) {
      await leaveList(tables, application_id, 'lapsed', now);
    }
    await tables
      .updateTable('resale_offers')
      .set({ state: 'open', application_id: null, accept_until: null })
      .where('id', '=', id)
      .execute();
  }
}

async function endLate(tables: Work, event: string, now: number): Promise<void> {
  await tables
    .updateTable('resale_offers')
    .set({ state: 'ended', application_id: null, ended_at: now })
    .where('event_id', '=', event)
    .where('state', 'in', ['open', 'matched'])
    .where('ticket_id', 'in', (eb) =>
      eb
        .selectFrom('tickets')
        .innerJoin('sessions', 'sessions.id', 'tickets.session_id')
        .select('tickets.id')
        .where('tickets.event_id', '=', event)
        .where((or) =>
          or.or([
            or('sessions.valid_from', '<=', now),
            or('sessions.state', '=', 'cancelled'),
            or('tickets.state', '!=', 'valid'),
          ]),
        ),
    )
    .execute();
}

async function match(tables: Work, event: string, now: number): Promise<void> {
  const open = await tables
    .selectFrom('resale_offers')
    .innerJoin('tickets', 'tickets.id', 'resale_offers.ticket_id')
    .innerJoin('sessions', 'sessions.id', 'tickets.session_id')
    .select(['resale_offers.id', 'resale_offers.category_id', 'sessions.valid_from'])
    .where('resale_offers.event_id', '=', event)
    .where('resale_offers.state', '=', 'open')
    .orderBy('resale_offers.offered_at')
    .orderBy('resale_offers.id')
    .execute();
  for (const { id, category_id, valid_from } of open) {
    const first = await tables
      .selectFrom('waiting')
      .select('application_id')
      .where('category_id', '=', category_id)
      .where('application_id', 'not in', (eb) =>
        eb
          .selectFrom('resale_offers')
          .select('application_id')
          .where('ended_at', 'is', null)
          .where('application_id', 'is not', null)
          .$castTo<{ application_id: string }>(),
      )
      .orderBy('joined_at')
      .orderBy('application_id')
      .limit(1)
      .executeTakeFirst();
    if (first === undefined) continue;
    await tables
      .updateTable('resale_offers')
      .set({
        state: 'matched',
        application_id: first.application_id,
        accept_until: Math.min(now + day, valid_from),
      })
      .where('id', '=', id)
      .execute();
  }
}

/** Takes an application off the waiting list, for good. */
export async function leaveList(
  tables: Work,
  application: string,
  state: 'lapsed' | 'cancelled',
  now: number,
): Promise<void> {
  await tables.deleteFrom('waiting').where('application_id', '=', application).execute();
  await tables
    .updateTable('applications')
    .set({ state, ended_at: now })
    .where('id', '=', application)
    .where('state', '=', 'waiting')
    .execute();
}
