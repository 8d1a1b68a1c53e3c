import { endBindings } from '../bindings/end-bindings.ts';
import { markChanged } from '../bindings/list-changes.ts';
import { endOpenClaims } from '../claims/issue-claim.ts';
import { newId } from '../store/new-id.ts';
import type { Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { RefundError } from './refund-error.ts';

export interface ToTakeBack {
  readonly application: string;
  /** Some of its tickets; all that are left where not given. */
  readonly tickets?: readonly string[] | undefined;
  readonly why: Tables['refunds']['why'];
  readonly now: number;
}

/** What came of it. */
export interface TakenBack {
  readonly tickets: readonly string[];
  /** What is owed back, in whole yen. */
  readonly owed: number;
}

/**
 * Takes tickets back: they end, their seats can be sold again, their cards open nothing from the next list
 * on, and what was paid for them is owed back, once. What is not paid for yet is cancelled whole; a payment
 * that comes all the same finds it ended, and is a case. Hold the event first.
 *
 * @example
 * await lockEvents(store, tables, [event]);
 * const { owed } = await takeBack(tables, { application, why: 'cancelled', now });
 */
export async function takeBack(
  tables: Work,
  { application: id, tickets, why, now }: ToTakeBack,
): Promise<TakenBack> {
  const application = await tables
    .selectFrom('applications')
    .innerJoin('events', 'events.id', 'applications.event_id')
    .selectAll('applications')
    .select('events.organisation_id')
    .where('applications.id', '=', id)
    .executeTakeFirstOrThrow();
  const live = await tables
    .selectFrom('tickets')
    .select(['id', 'place'])
    .where('application_id', '=', id)
    .where('state', 'in', ['reserved', 'valid'])
    .orderBy('place')
    .execute();
  const going = chosen(application, live, tickets);
  if (why === 'cancelled') await refuseBeingResold(tables, going);
  await endOffers(tables, going, now);
  const isPaid = application.state === 'paid';
  await endTickets(tables, going, { why: isPaid ? 'refunded' : 'cancelled', now });
  if (going.length === live.length) {
    const state = isPaid && application.total > 0 ? 'refunded' : 'cancelled';
    await tables.updateTable('applications').set({ state, ended_at: now }).where('id', '=', id).execute();
  }
  const price = isPaid ? application.total / application.tickets : 0;
  for (const ticket of going) await oweBack(tables, { application, ticket, amount: price, why, now });
  return { tickets: going, owed: price * going.length };
}

/** Ends tickets and what hangs on them. */
export async function endTickets(
  tables: Work,
  tickets: readonly string[],
  { why, now }: { readonly why: NonNullable<Tables['tickets']['ended_why']>; readonly now: number },
): Promise<void> {
  const ended = await tables
    .updateTable('tickets')
    .set({ state: 'ended', ended_why: why, changed_at: now })
    .where('id', 'in', tickets)
    .returning(['id as ticket', 'session_id as session'])
    .execute();
  await tables
    .updateTable('seats')
    .set({ state: 'free', ticket_id: null })
    .where('ticket_id', 'in', tickets)
    .execute();
  await endOpenClaims(tables, tickets, 'recalled', now);
  await endBindings(tables, { which: { tickets }, state: 'ended', why: 'ticket-ended', now });
  // Also those that no card opened: gates know them by their numbers.
  await markChanged(tables, ended, now);
}

interface ToOwe {
  readonly application: Pick<Tables['applications'], 'id' | 'session_id'> & {
    readonly organisation_id: string;
  };
  readonly ticket: string;
  readonly amount: number;
  readonly why: Tables['refunds']['why'];
  readonly now: number;
}

/** Writes down what is owed back for a ticket; nothing where it cost nothing. */
export async function oweBack(tables: Work, { application, ticket, amount, why, now }: ToOwe): Promise<void> {
  if (amount === 0) return;
  await tables
    .insertInto('refunds')
    .values({
      id: newId(now),
      organisation_id: application.organisation_id,
      session_id: application.session_id,
      application_id: application.id,
      ticket_id: ticket,
      amount,
      why,
      state: 'owed',
      owed_at: now,
      paid_at: null,
      paid_by: null,
      reference: null,
      revision: 1,
    })
    .execute();
}

async function refuseBeingResold(tables: Work, tickets: readonly string[]): Promise<void> {
  const accepted = await tables
    .selectFrom('resale_offers')
    .select('id')
    .where('ticket_id', 'in', tickets)
    .where('state', '=', 'accepted')
    .limit(1)
    .executeTakeFirst();
  if (accepted === undefined) return;
  throw new RefundError('being-resold', 'Somebody has accepted this ticket and may be paying for it now.');
}

async function endOffers(tables: Work, tickets: readonly string[], now: number): Promise<void> {
  await tables
    .updateTable('resale_offers')
    .set({ state: 'ended', application_id: null, ended_at: now })
    .where('ticket_id', 'in', tickets)
    .where('ended_at', 'is', null)
    .execute();
}

type LiveTicket = Pick<Tables['tickets'], 'id' | 'place'>;

function chosen(
  { state, companions }: Pick<Tables['applications'], 'state' | 'companions'>,
  live: readonly LiveTicket[],
  wanted: readonly string[] | undefined,
): string[] {
  const [first] = live;
  if (first === undefined || (state !== 'reserved' && state !== 'paid')) {
    throw new RefundError('nothing-left', 'These tickets have ended already.');
  }
  const ids = live.map(({ id }) => id);
  const going = wanted === undefined ? ids : [...new Set(wanted)];
  if (!going.every((id) => ids.includes(id))) {
    throw new RefundError('no-such-ticket', 'The application has no such ticket that is still good.');
  }
  const isWhole = going.length === ids.length;
  if (state === 'reserved' && !isWhole) {
    throw new RefundError('only-whole', 'An application that is not paid for can only be cancelled whole.');
  }
  if (companions === 'representative-opens' && !isWhole && going.includes(first.id)) {
    throw new RefundError(
      'representative-last',
      'The representative’s card opens for the others; take their tickets back first, or all of them.',
    );
  }
  return going;
}
