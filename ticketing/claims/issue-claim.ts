import { holdTicket } from '../bindings/hold-ticket.ts';
import type { Store, Work } from '../store/store.ts';
import { newId } from '../store/new-id.ts';
import { ClaimError } from './claim-error.ts';
import { newSecretCode } from './secret-code.ts';

/** How many attempts a claim stands before its code must be issued anew. */
export const mostAttempts = 10;

/** A claim as it is shown, once. */
export interface IssuedClaim {
  readonly ticket: string;
  readonly code: string;
  readonly until: number;
}

export interface ClaimToIssue {
  readonly ticket: string;
  /** Until when, where a desk gives more time than the session's own deadline; until the doors close at most. */
  readonly until?: number;
  readonly now: number;
}

/**
 * Issues the claim of a ticket that nobody has bound; an earlier one ends, so there is never more than one
 * code by which a ticket can be had.
 *
 * @example
 * const { code } = await store.transaction((tables) => issueClaim(tables, store.kind, { ticket, now }));
 */
export async function issueClaim(
  tables: Work,
  kind: Store['kind'],
  { ticket: id, until: asked, now }: ClaimToIssue,
): Promise<IssuedClaim> {
  await holdTicket(tables, kind, id);
  const ticket = await tables
    .selectFrom('tickets')
    .innerJoin('sessions', 'sessions.id', 'tickets.session_id')
    .leftJoin('applications', 'applications.id', 'tickets.application_id')
    .select([
      'tickets.event_id',
      'tickets.session_id',
      'tickets.state',
      'tickets.place',
      'applications.companions',
      'sessions.claim_until',
      'sessions.valid_until',
    ])
    .where('tickets.id', '=', id)
    .executeTakeFirst();
  if (ticket === undefined) throw new ClaimError('no-such-ticket', 'There is no such ticket.');
  const opensByAnother = ticket.companions === 'representative-opens' && ticket.place > 1;
  if (ticket.state !== 'valid' || opensByAnother) {
    throw new ClaimError(
      'not-claimable',
      'This ticket cannot be claimed: it is not paid for, has ended, or the representative’s card opens for it.',
    );
  }
  if (await isBound(tables, id)) {
    throw new ClaimError(
      'already-bound',
      'A card is bound to this ticket. A desk can end that binding first.',
    );
  }
  const until = Math.min(asked ?? ticket.claim_until, ticket.valid_until);
  if (until <= now) {
    throw new ClaimError('too-late', 'The time for claims is over. A desk can still help.');
  }
  await endOpenClaims(tables, [id], 'recalled', now);
  const { code, hash } = newSecretCode();
  await tables
    .insertInto('claims')
    .values({
      id: newId(now),
      event_id: ticket.event_id,
      session_id: ticket.session_id,
      ticket_id: id,
      code_hash: hash,
      state: 'open',
      issued_at: now,
      until,
      attempts_left: mostAttempts,
      ended_at: null,
      used_challenge: null,
    })
    .execute();
  return { ticket: id, code, until };
}

/** Ends the open claims of tickets; answers whether there were any. */
export async function endOpenClaims(
  tables: Work,
  tickets: readonly string[],
  state: 'recalled' | 'expired',
  now: number,
): Promise<boolean> {
  if (tickets.length === 0) return false;
  const { numUpdatedRows } = await tables
    .updateTable('claims')
    .set({ state, ended_at: now })
    .where('ticket_id', 'in', tickets)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function isBound(tables: Work, ticket: string): Promise<boolean> {
  const row = await tables
    .selectFrom('bindings')
    .select('id')
    .where('ticket_id', '=', ticket)
    .where('state', '=', 'active')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
