import { bindCard } from '../bindings/bind-card.ts';
import type { VerifiedCard } from '../bindings/card-verifier.ts';
import { endBindings } from '../bindings/end-bindings.ts';
import { holdTicket } from '../bindings/hold-ticket.ts';
import { markChanged } from '../bindings/list-changes.ts';
import { visitorKnownBy } from '../bindings/visitors.ts';
import { BindingError } from '../bindings/binding-error.ts';
import { openCase, settleCase, type FoundCase } from '../cases/found-case.ts';
import type { Store, Work } from '../store/store.ts';
import type { CardToCheck } from './cards-to-check.ts';

/** Writes down that cards were found to be good. */
export async function noteCheck(store: Store, cards: readonly CardToCheck[], now: number): Promise<void> {
  if (cards.length === 0) return;
  const ids = cards.map(({ id }) => id);
  await store.transaction((tables) =>
    tables.updateTable('bindings').set({ checked_at: now }).where('id', 'in', ids).execute(),
  );
}

/** Holds a card back of which nobody knows: it is on no list until it is known to be good. */
export async function suspend(store: Store, card: CardToCheck, now: number): Promise<void> {
  await withCard(store, card, async (tables, state) => {
    if (state === 'active') {
      await tables.updateTable('bindings').set({ state: 'suspended' }).where('id', '=', card.id).execute();
      await markChanged(tables, [{ session: card.session_id, ticket: card.ticket_id }], now);
    }
    await openCase(tables, store.kind, unclear(card), now);
  });
}

/**
 * Puts a card that was held back into force again, where the ticket still is its holder's and the card opens
 * no other; else it ends.
 */
export async function restore(store: Store, card: CardToCheck, now: number): Promise<void> {
  await withCard(store, card, async (tables, state) => {
    if (state !== 'suspended') return;
    if (await isStillTheirs(tables, card)) {
      await tables.updateTable('bindings').set({ state: 'active' }).where('id', '=', card.id).execute();
      await markChanged(tables, [{ session: card.session_id, ticket: card.ticket_id }], now);
    } else {
      await endBindings(tables, { which: { binding: card.id }, state: 'ended', why: 'replaced', now });
    }
    await settleCase(tables, unclear(card), 'The authority knows the certificate now: it is good.', now);
  });
}

/**
 * The new certificate opens the ticket in the old one's place; false where it cannot, since the new card
 * opens another ticket of the session or is known as somebody else's.
 */
export async function followRenewal(
  store: Store,
  card: CardToCheck,
  renewed: VerifiedCard,
  now: number,
): Promise<boolean> {
  try {
    await withCard(store, card, async (tables) => {
      await endBindings(tables, { which: { binding: card.id }, state: 'ended', why: 'renewed', now });
      if (await isBoundBeside(tables, card, renewed.serialHash)) return;
      await bindCard(tables, store.kind, {
        ticket: card.ticket_id,
        card: renewed,
        how: 'renewal',
        medium: card.medium,
        samePerson: true,
        now,
      });
    });
    return true;
  } catch (error) {
    if (error instanceof BindingError) return false;
    throw error;
  }
}

/** What is known of a certificate that no longer counts. */
export interface LapsedCard {
  readonly why: 'expired' | 'revoked';
  /** For people. */
  readonly reason: string;
  readonly state: 'ended' | 'revoked';
}

/** Ends a card whose certificate no longer counts; its ticket stays, and people are told. */
export async function endLapsed(
  store: Store,
  card: CardToCheck,
  { why, reason, state }: LapsedCard,
  now: number,
): Promise<void> {
  await withCard(store, card, async (tables) => {
    await endBindings(tables, { which: { binding: card.id }, state, why, now });
    const detail = { ticket: card.number, medium: card.medium, reason };
    await openCase(tables, store.kind, { ...caseOf(card, `certificate-${why}`), detail }, now);
  });
}

/** A certificate that will have expired when the doors open: its holder would be refused there. */
export async function warnOfExpiry(store: Store, card: CardToCheck, now: number): Promise<void> {
  const detail = {
    ticket: card.number,
    medium: card.medium,
    notAfter: new Date(card.not_after).toISOString(),
  };
  await store.transaction((tables) =>
    openCase(tables, store.kind, { ...caseOf(card, 'certificate-expires-before'), detail }, now),
  );
}

/** Acts on a card in its event's turn; on none that has ended meanwhile. */
async function withCard(
  store: Store,
  card: CardToCheck,
  act: (tables: Work, state: CardToCheck['state']) => Promise<void>,
): Promise<void> {
  await store.transaction(async (tables) => {
    await holdTicket(tables, store.kind, card.ticket_id);
    const { state } = await tables
      .selectFrom('bindings')
      .select('state')
      .where('id', '=', card.id)
      .executeTakeFirstOrThrow();
    if (state === 'active' || state === 'suspended') await act(tables, state);
  });
}

async function isStillTheirs(tables: Work, card: CardToCheck): Promise<boolean> {
  const { visitor_id } = await tables
    .selectFrom('tickets')
    .select('visitor_id')
    .where('id', '=', card.ticket_id)
    .executeTakeFirstOrThrow();
  const holder = await visitorKnownBy(tables, card.event_id, card.serial_hash);
  const other = await tables
    .selectFrom('bindings')
    .select('id')
    .where('session_id', '=', card.session_id)
    .where('serial_hash', '=', card.serial_hash)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return visitor_id === holder && other === undefined;
}

/** The holder has bound the new card at a desk already. */
async function isBoundBeside(tables: Work, card: CardToCheck, serialHash: Buffer): Promise<boolean> {
  const row = await tables
    .selectFrom('bindings')
    .select('id')
    .where('ticket_id', '=', card.ticket_id)
    .where('serial_hash', '=', serialHash)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row !== undefined;
}

function unclear(card: CardToCheck): FoundCase {
  return { ...caseOf(card, 'certificate-unclear'), detail: { ticket: card.number, at: 'check' } };
}

function caseOf(card: CardToCheck, kind: string): Omit<FoundCase, 'detail'> {
  return {
    organisation: card.organisation_id,
    event: card.event_id,
    session: card.session_id,
    kind,
    subject: `ticket ${card.number}`,
  };
}
