import { randomBytes } from 'node:crypto';
import { recordAct } from '../audit/record-act.ts';
import { bindCard } from '../bindings/bind-card.ts';
import { BindingError } from '../bindings/binding-error.ts';
import type { CardVerifier, SignedByCard, VerifiedCard } from '../bindings/card-verifier.ts';
import { endBindings } from '../bindings/end-bindings.ts';
import { holdTicket } from '../bindings/hold-ticket.ts';
import { isFormOf, ticketToSign } from '../bindings/ticket-to-sign.ts';
import { noteUnclear } from '../bindings/unclear-case.ts';
import { endOpenClaims } from '../claims/issue-claim.ts';
import { challengeLifetime, challengeOver, formDiffers, type ClaimedTicket } from '../claims/take-claim.ts';
import { settleIfClaimed } from '../claims/unclaimed.ts';
import type { Actor } from '../http/actor.ts';
import { readBinding } from '../signed-form/binding-form.ts';
import type { Store } from '../store/store.ts';
import type { BindingRow } from '../store/tables/tickets.ts';
import { findCard, findTicket, type FoundTicket } from './find-ticket.ts';

/** Who stands at the desk. */
export type DeskActor = Pick<Actor, 'organisation' | 'person'>;

/** A card that was laid on the desk's reader, and signed with its PIN. */
export interface CardAtDesk {
  readonly ticket: string;
  readonly signed: SignedByCard;
  readonly medium: BindingRow['medium'];
  /** The desk has seen that it is a card of whoever had the ticket before: one re-issued after a loss. */
  readonly samePerson: boolean;
}

export interface DeskCardsOptions {
  readonly store: Store;
  readonly verifier: CardVerifier;
  readonly now: () => number;
}

/**
 * What a desk does with the cards of a ticket: binds one that signs there, also beside others; ends one; has
 * a lost one refused at every gate. Nothing moves a ticket to a card that did not sign for it.
 *
 * @example
 * const { challenge, ...shown } = await desk.challenge(actor, ticket);
 * await desk.bind(actor, { ticket, signed, medium: 'card', samePerson: false });
 */
export class DeskCards {
  readonly #store: Store;
  readonly #verifier: CardVerifier;
  readonly #now: () => number;

  constructor({ store, verifier, now }: DeskCardsOptions) {
    this.#store = store;
    this.#verifier = verifier;
    this.#now = now;
  }

  /** What the card is to sign; an earlier challenge of this person's for the ticket ends. */
  async challenge(actor: DeskActor, id: string): Promise<ClaimedTicket> {
    const challenge = randomBytes(32);
    const until = this.#now() + challengeLifetime;
    const ticket = await this.#store.transaction(async (tables) => {
      const found = await findTicket(tables, actor.organisation, id);
      await tables
        .deleteFrom('desk_challenges')
        .where((eb) =>
          eb.or([
            eb('until', '<', this.#now()),
            eb.and([eb('ticket_id', '=', id), eb('person_id', '=', actor.person)]),
          ]),
        )
        .execute();
      await tables
        .insertInto('desk_challenges')
        .values({ challenge, ticket_id: id, person_id: actor.person, until })
        .execute();
      return found;
    });
    return { challenge: challenge.toString('hex'), ...ticketToSign(ticket) };
  }

  /** Binds the card that signed. An open claim of the ticket ends: its code would serve for nothing. */
  async bind(actor: DeskActor, atDesk: CardAtDesk): Promise<void> {
    const form = readBinding(atDesk.signed.form);
    const ticket = await findTicket(this.#store.db, actor.organisation, atDesk.ticket);
    await this.#useUp(actor, atDesk.ticket, Buffer.from(form.challenge, 'hex'));
    if (!isFormOf(form, ticket)) throw formDiffers();
    const card = await this.#verify(ticket, atDesk.signed);
    await this.#store.transaction(async (tables) => {
      const now = this.#now();
      const { medium, samePerson } = atDesk;
      await bindCard(tables, this.#store.kind, {
        ticket: ticket.ticket_id,
        card,
        how: 'desk',
        medium,
        samePerson,
        now,
      });
      await endOpenClaims(tables, [ticket.ticket_id], 'recalled', now);
      await settleIfClaimed(tables, ticket.application_id, now);
      const detail = { card: card.binding, medium, samePerson };
      await recordAct(tables, { ...actor, act: 'cards.bind', subject: ticket.ticket_id, detail }, now);
    });
  }

  /** A lost card opens nothing of the event from now on, and gates say so to whoever holds it. */
  async lose(actor: DeskActor, id: string): Promise<string> {
    return this.#end(actor, id, { state: 'revoked', why: 'lost' });
  }

  /** Takes a card from its ticket: it was replaced, or bound to the wrong one. */
  async end(actor: DeskActor, id: string, why: 'replaced' | 'recalled'): Promise<string> {
    return this.#end(actor, id, { state: 'ended', why });
  }

  async #end(
    actor: DeskActor,
    id: string,
    { state, why }: { state: 'ended' | 'revoked'; why: 'lost' | 'replaced' | 'recalled' },
  ): Promise<string> {
    return this.#store.transaction(async (tables) => {
      const now = this.#now();
      const { ticket_id } = await findCard(tables, actor.organisation, id);
      await holdTicket(tables, this.#store.kind, ticket_id);
      const card = await findCard(tables, actor.organisation, id);
      if (card.state !== 'active' && card.state !== 'suspended') {
        throw new BindingError('binding-ended', 'This card opens the ticket no more as it is.');
      }
      const which = why === 'lost' ? { event: card.event_id, serialHash: card.serial_hash } : { binding: id };
      const tickets = await endBindings(tables, { which, state, why, now });
      for (const ticket of tickets) {
        const detail = { card: id, why };
        await recordAct(tables, { ...actor, act: 'cards.end', subject: ticket, detail }, now);
      }
      return ticket_id;
    });
  }

  /** Uses the challenge up before anything is checked: what was signed serves for one attempt. */
  async #useUp(actor: DeskActor, ticket: string, challenge: Buffer): Promise<void> {
    const used = await this.#store.transaction((tables) =>
      tables
        .deleteFrom('desk_challenges')
        .where('challenge', '=', challenge)
        .where('ticket_id', '=', ticket)
        .where('person_id', '=', actor.person)
        .returning('until')
        .executeTakeFirst(),
    );
    if (used === undefined || used.until < this.#now()) throw challengeOver();
  }

  async #verify(ticket: FoundTicket, signed: SignedByCard): Promise<VerifiedCard> {
    try {
      return await this.#verifier.verify(ticket.event_name, signed);
    } catch (error) {
      if (error instanceof BindingError)
        await noteUnclear(this.#store, error, { ticket, at: 'desk', now: this.#now() });
      throw error;
    }
  }
}
