import { openCase, settleCase, type FoundCase } from '../cases/found-case.ts';
import type { JobKind } from '../jobs/job.ts';
import type { Store, Work } from '../store/store.ts';
import { endOpenClaims } from './issue-claim.ts';

/** How far the binding of a session's tickets has come. */
export interface Unclaimed {
  readonly valid: number;
  /** Of those that need a card of their own: without one. */
  readonly unbound: number;
  /** Of the unbound: with a claim that is open. */
  readonly claimable: number;
}

/** The figures by which an organiser sees who is late. */
export async function readUnclaimed({ db }: Pick<Store, 'db'>, session: string): Promise<Unclaimed> {
  const { valid } = await db
    .selectFrom('tickets')
    .select(({ fn }) => fn.countAll<number>().as('valid'))
    .where('session_id', '=', session)
    .where('state', '=', 'valid')
    .executeTakeFirstOrThrow();
  const { unbound, claimable } = await unboundTickets(db)
    .leftJoin('claims', (join) =>
      join.onRef('claims.ticket_id', '=', 'tickets.id').on('claims.state', '=', 'open'),
    )
    .select(({ fn }) => [fn.countAll<number>().as('unbound'), fn.count<number>('claims.id').as('claimable')])
    .where('tickets.session_id', '=', session)
    .executeTakeFirstOrThrow();
  return { valid, unbound, claimable };
}

/** The organiser’s case of a party that was late ends with its last ticket. */
export async function settleIfClaimed(tables: Work, application: string | null, now: number): Promise<void> {
  const open = await unclaimedCase(tables, application);
  if (open !== undefined) await settleCase(tables, open, 'All tickets of the party are bound now.', now);
}

/** The case of a party that has tickets which nobody claimed in time; none where some are still unbound. */
async function unclaimedCase(
  tables: Work,
  application: string | null,
): Promise<Pick<FoundCase, 'organisation' | 'kind' | 'subject'> | undefined> {
  if (application === null) return undefined;
  const unbound = await unboundTickets(tables)
    .select('tickets.id')
    .where('tickets.application_id', '=', application)
    .limit(1)
    .executeTakeFirst();
  if (unbound !== undefined) return undefined;
  const { number, organisation } = await tables
    .selectFrom('applications')
    .innerJoin('events', 'events.id', 'applications.event_id')
    .select(['applications.number', 'events.organisation_id as organisation'])
    .where('applications.id', '=', application)
    .executeTakeFirstOrThrow();
  return { organisation, kind: caseKind, subject: subjectOf(number) };
}

const caseKind = 'tickets-unclaimed';
const subjectOf = (application: string): string => `application ${application}`;
const page = 200;
const hour = 3_600_000;
const warnBefore = 72 * hour;

export interface ClaimJobOptions {
  readonly store: Store;
  readonly now?: () => number;
}

/**
 * Ends claims whose time is over, and sees to the parties that are late. What becomes of their tickets is
 * the organiser's to decide, so each such party is a case: give it more time, bind at a desk, refund, or let
 * it come and be let in by hand. No ticket is taken away by a clock.
 */
export function chaseClaims({ store, now = Date.now }: ClaimJobOptions): JobKind<unknown> {
  return {
    name: 'chase-claims',
    everyMs: hour / 4,
    run: async () => {
      while (await expireSome(store, now())) continue;
      await warnOfLate(store, now());
      await closeSessions(store, now());
    },
  };
}

async function expireSome(store: Store, now: number): Promise<boolean> {
  const over = await store.db
    .selectFrom('claims')
    .innerJoin('tickets', 'tickets.id', 'claims.ticket_id')
    .select(['claims.ticket_id', 'tickets.application_id', 'tickets.number'])
    .where('claims.state', '=', 'open')
    .where('claims.until', '<=', now)
    .limit(page)
    .execute();
  for (const { ticket_id, application_id, number } of over) {
    await store.transaction(async (tables) => {
      if (!(await endOpenClaims(tables, [ticket_id], 'expired', now))) return;
      await openUnclaimed(tables, store.kind, { application: application_id, ticket: number, now });
    });
  }
  return over.length === page;
}

/** Some days before the end, once for each session: how many are late, for the organiser to remind them. */
async function warnOfLate(store: Store, now: number): Promise<void> {
  for (const session of await sessionsToChase(store, 'late', now + warnBefore)) {
    const { unbound, claimable } = await readUnclaimed(store, session.id);
    await store.transaction(async (tables) => {
      if (!(await beginChase(tables, session.id, 'late', now)) || unbound === 0) return;
      await openCase(
        tables,
        store.kind,
        {
          organisation: session.organisation_id,
          event: session.event_id,
          session: session.id,
          kind: 'claims-late',
          subject: `session ${session.name}`,
          detail: { unbound, claimable, until: new Date(session.claim_until).toISOString() },
        },
        now,
      );
    });
  }
}

/** At the end, once for each session: parties of whose tickets some were never claimed, nor offered. */
async function closeSessions(store: Store, now: number): Promise<void> {
  for (const session of await sessionsToChase(store, 'over', now)) {
    let after = '';
    for (let isMore = true; isMore;) {
      const late = await unboundTickets(store.db)
        .select(['tickets.id', 'tickets.number', 'tickets.application_id'])
        .where('tickets.session_id', '=', session.id)
        .where('tickets.id', '>', after)
        .orderBy('tickets.id')
        .limit(page)
        .execute();
      for (const { number, application_id: application } of late) {
        await store.transaction((tables) =>
          openUnclaimed(tables, store.kind, { application, ticket: number, now }),
        );
      }
      after = late.at(-1)?.id ?? '';
      isMore = late.length === page;
    }
    // Said last: an instance that dies on the way leaves it to the next.
    await store.transaction((tables) => beginChase(tables, session.id, 'over', now));
  }
}

async function sessionsToChase(store: Store, stage: 'late' | 'over', claimUntilBefore: number) {
  return store.db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select([
      'sessions.id',
      'sessions.name',
      'sessions.event_id',
      'sessions.claim_until',
      'events.organisation_id',
    ])
    .where('sessions.claim_until', '<=', claimUntilBefore)
    .where('sessions.state', 'in', ['on-sale', 'closed'])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('claim_chases')
            .select('claim_chases.session_id')
            .whereRef('claim_chases.session_id', '=', 'sessions.id')
            .where('claim_chases.stage', '=', stage),
        ),
      ),
    )
    .execute();
}

async function beginChase(
  tables: Work,
  session: string,
  stage: 'late' | 'over',
  now: number,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables
    .insertInto('claim_chases')
    .values({ session_id: session, stage, at: now })
    .onConflict((conflict) => conflict.columns(['session_id', 'stage']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

async function openUnclaimed(
  tables: Work,
  kind: Store['kind'],
  { application, ticket, now }: { application: string | null; ticket: string; now: number },
): Promise<void> {
  const ofTicket = await tables
    .selectFrom('tickets')
    .innerJoin('events', 'events.id', 'tickets.event_id')
    .select(['events.organisation_id', 'tickets.event_id', 'tickets.session_id'])
    .where('tickets.number', '=', ticket)
    .executeTakeFirstOrThrow();
  const found = {
    organisation: ofTicket.organisation_id,
    event: ofTicket.event_id,
    session: ofTicket.session_id,
    kind: caseKind,
  };
  if (application === null) {
    await openCase(
      tables,
      kind,
      { ...found, subject: `ticket ${ticket}`, detail: { tickets: [ticket] } },
      now,
    );
    return;
  }
  const { number } = await tables
    .selectFrom('applications')
    .select('number')
    .where('id', '=', application)
    .executeTakeFirstOrThrow();
  const unbound = await unboundTickets(tables)
    .select('tickets.number')
    .where('tickets.application_id', '=', application)
    .orderBy('tickets.place')
    .execute();
  if (unbound.length === 0) return;
  const detail = { application: number, tickets: unbound.map((each) => each.number) };
  await openCase(tables, kind, { ...found, subject: subjectOf(number), detail }, now);
}

/** Valid tickets that need a card and have none; where a representative opens for a party, that one's alone. */
function unboundTickets(db: Store['db'] | Work) {
  return db
    .selectFrom('tickets')
    .leftJoin('applications', 'applications.id', 'tickets.application_id')
    .where('tickets.state', '=', 'valid')
    .where((eb) =>
      eb.or([
        eb('applications.companions', 'is', null),
        eb('applications.companions', '!=', 'representative-opens'),
        eb('tickets.place', '=', 1),
      ]),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('bindings')
            .select('bindings.id')
            .whereRef('bindings.ticket_id', '=', 'tickets.id')
            .where('bindings.state', '=', 'active'),
        ),
      ),
    );
}
