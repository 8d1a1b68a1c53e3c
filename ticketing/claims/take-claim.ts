import { randomBytes } from 'node:crypto';
import { BindingError } from '../bindings/binding-error.ts';
import { bindCard } from '../bindings/bind-card.ts';
import type { CardVerifier, SignedByCard, VerifiedCard } from '../bindings/card-verifier.ts';
import { holdTicket } from '../bindings/hold-ticket.ts';
import { isFormOf, ticketToSign, type TicketToSign } from '../bindings/ticket-to-sign.ts';
import { noteUnclear } from '../bindings/unclear-case.ts';
import { readBinding } from '../signed-form/binding-form.ts';
import type { Store, Work } from '../store/store.ts';
import type { BindingRow } from '../store/tables/tickets.ts';
import { ClaimError } from './claim-error.ts';
import { hashOfTyped } from './secret-code.ts';
import { settleIfClaimed } from './unclaimed.ts';

/** How long a challenge may be signed. */
export const challengeLifetime = 10 * 60_000;

/** What a claim stands for, as its companion is shown it before signing. */
export interface ClaimedTicket extends TicketToSign {
  /** Hexadecimal; for one attempt. */
  readonly challenge: string;
}

/** A ticket that now opens by the companion's card. */
export interface TakenClaim {
  readonly ticket: string;
  readonly number: string;
  readonly seat?: string;
}

export interface ClaimsOptions {
  readonly store: Store;
  readonly verifier: CardVerifier;
  readonly now?: () => number;
}

/** A claim with what it is for. */
type OpenClaim = NonNullable<Awaited<ReturnType<typeof findClaim>>>;

/**
 * Takes claims: a companion shows a code, is told what it is for, and signs with the own card to have it.
 *
 * @example
 * const claims = new Claims({ store, verifier });
 * const { challenge, ticket } = await claims.lookUp('K7PM-2XWA-9RTC-HU4V');
 */
export class Claims {
  readonly #store: Store;
  readonly #verifier: CardVerifier;
  readonly #now: () => number;

  constructor({ store, verifier, now = Date.now }: ClaimsOptions) {
    this.#store = store;
    this.#verifier = verifier;
    this.#now = now;
  }

  /** What a code is for, and a challenge for one attempt at it. */
  async lookUp(code: string): Promise<ClaimedTicket> {
    const hash = hashOfTyped(code);
    const now = this.#now();
    const challenge = randomBytes(32);
    const claim = await this.#store.transaction(async (tables) => {
      const found = await findClaim(tables, hash);
      if (found === undefined || !isOpen(found, now)) throw noSuchClaim();
      // One challenge for each claim: a new one replaces it, and none are left over.
      await tables.deleteFrom('claim_challenges').where('claim_id', '=', found.id).execute();
      await tables
        .insertInto('claim_challenges')
        .values({ challenge, claim_id: found.id, until: now + challengeLifetime })
        .execute();
      return found;
    });
    return { challenge: challenge.toString('hex'), ...ticketToSign(claim) };
  }

  /**
   * Binds the card that signed. Each attempt uses its challenge up, right or wrong; after ten attempts the
   * code must be issued anew. Whoever did not hear the answer may send the same again.
   */
  async bind(code: string, signed: SignedByCard, medium: BindingRow['medium'] = 'card'): Promise<TakenClaim> {
    const hash = hashOfTyped(code);
    const form = readBinding(signed.form);
    const challenge = Buffer.from(form.challenge, 'hex');
    const claim = await this.#beginAttempt(hash, challenge);
    if (!isFormOf(form, claim)) throw formDiffers();
    const card = await this.#verify(claim, signed);
    return this.#store.transaction(async (tables) => {
      await holdTicket(tables, this.#store.kind, claim.ticket_id);
      const now = this.#now();
      const still = await findClaim(tables, hash);
      if (still === undefined) throw noSuchClaim();
      if (isUsedUnder(still, challenge)) return this.#answerAgain(tables, still, card);
      if (still.state !== 'open') throw noSuchClaim();
      await bindCard(tables, this.#store.kind, {
        ticket: claim.ticket_id,
        card,
        how: 'claim',
        medium,
        now,
      });
      await tables
        .updateTable('claims')
        .set({ state: 'used', ended_at: now, used_challenge: challenge })
        .where('id', '=', claim.id)
        .execute();
      await settleIfClaimed(tables, claim.application_id, now);
      return takenOf(claim);
    });
  }

  /** Uses the challenge up before anything is checked: what was signed serves for one attempt. */
  async #beginAttempt(hash: Buffer, challenge: Buffer): Promise<OpenClaim> {
    const now = this.#now();
    const begun = await this.#store.transaction(async (tables) => {
      const claim = await findClaim(tables, hash);
      if (claim !== undefined && isUsedUnder(claim, challenge)) return claim;
      if (claim === undefined || !isOpen(claim, now)) throw noSuchClaim();
      const used = await tables
        .deleteFrom('claim_challenges')
        .where('challenge', '=', challenge)
        .where('claim_id', '=', claim.id)
        .returning('until')
        .executeTakeFirst();
      if (used === undefined || used.until < now) return undefined;
      await tables
        .updateTable('claims')
        .set(({ eb }) => ({ attempts_left: eb('attempts_left', '-', 1) }))
        .where('id', '=', claim.id)
        .execute();
      return claim;
    });
    if (begun !== undefined) return begun;
    throw challengeOver();
  }

  async #verify(claim: OpenClaim, signed: SignedByCard): Promise<VerifiedCard> {
    try {
      return await this.#verifier.verify(claim.event_name, signed);
    } catch (error) {
      if (error instanceof BindingError) {
        await noteUnclear(this.#store, error, { ticket: claim, at: 'claim', now: this.#now() });
        throw error;
      }
      // The authority or the HSM was away: that was no attempt of the companion's.
      await this.#store.transaction((tables) =>
        tables
          .updateTable('claims')
          .set(({ eb }) => ({ attempts_left: eb('attempts_left', '+', 1) }))
          .where('id', '=', claim.id)
          .execute(),
      );
      throw error;
    }
  }

  /** The same card again, under the challenge that the claim was used under. */
  async #answerAgain(tables: Work, claim: OpenClaim, card: VerifiedCard): Promise<TakenClaim> {
    const bound = await tables
      .selectFrom('bindings')
      .select('id')
      .where('ticket_id', '=', claim.ticket_id)
      .where('serial_hash', '=', card.serialHash)
      .where('state', '=', 'active')
      .executeTakeFirst();
    if (bound === undefined) throw noSuchClaim();
    return takenOf(claim);
  }
}

function findClaim(tables: Work, hash: Buffer) {
  return tables
    .selectFrom('claims')
    .innerJoin('tickets', 'tickets.id', 'claims.ticket_id')
    .innerJoin('seats', 'seats.id', 'tickets.seat_id')
    .innerJoin('sessions', 'sessions.id', 'claims.session_id')
    .innerJoin('events', 'events.id', 'claims.event_id')
    .select([
      'claims.id',
      'claims.state',
      'claims.until',
      'claims.attempts_left',
      'claims.used_challenge',
      'claims.event_id',
      'claims.session_id',
      'claims.ticket_id',
      'tickets.number',
      'tickets.application_id',
      'seats.label',
      'events.organisation_id',
      'events.name as event_name',
      'events.texts as event_texts',
      'sessions.texts as session_texts',
      'sessions.starts_at',
    ])
    .where('claims.code_hash', '=', hash)
    .executeTakeFirst();
}

function isOpen({ state, until, attempts_left }: OpenClaim, now: number): boolean {
  return state === 'open' && now < until && attempts_left > 0;
}

function isUsedUnder({ state, used_challenge }: OpenClaim, challenge: Buffer): boolean {
  return state === 'used' && used_challenge?.equals(challenge) === true;
}

function takenOf({ ticket_id, number, label }: OpenClaim): TakenClaim {
  return { ticket: ticket_id, number, ...(label === null ? {} : { seat: label }) };
}

/** Unknown, used, recalled, locked or over: whoever guesses is not told which. */
function noSuchClaim(): ClaimError {
  return new ClaimError(
    'no-such-claim',
    'This code serves for nothing, or no longer: ask whoever gave it to you for a new one.',
  );
}

/** What was signed does not say what the ticket is now. */
export function formDiffers(): ClaimError {
  return new ClaimError(
    'form-differs',
    'What was signed is not what the ticket is for. Begin again from the start.',
  );
}

/** A challenge that was used, or is too old. */
export function challengeOver(): ClaimError {
  return new ClaimError(
    'challenge-over',
    'This took too long, or was sent twice. Begin again from the start.',
  );
}
