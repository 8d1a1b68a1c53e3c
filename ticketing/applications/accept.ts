import { markChanged } from '../bindings/list-changes.ts';
import { newSpokenCode } from '../codes/spoken-code.ts';
import { lockEvents } from '../events/lock-events.ts';
import { newSlip, slipDueAt, slipPath } from '../payments/slip.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { ApplicationError } from './application-error.ts';
import type { SignedApplication } from './check-submission.ts';
import type { Outcome } from './gathering.ts';
import { whyNotAllowed, whyNotOffered, type Offer } from './judge.ts';
import { Offers } from './offers.ts';
import type { Reservation } from './reservation.ts';
import { Standing, type Applying } from './standing.ts';
import { emptyRows, writeRows, type AcceptedRows } from './write-accepted.ts';

/** An application of which all that needs the HSM and the authority is done. */
export interface SealedApplication extends SignedApplication {
  readonly event: string;
  readonly serialHash: Uint8Array;
  /** The signature certificate's serial, sealed under `applications/<id>/signature_serial`. */
  readonly sealedSigner: Uint8Array;
  /** The id of the card's binding, and its serial, sealed under `bindings/<id>/serial`. */
  readonly binding: { readonly id: string; readonly serial: Uint8Array };
}

/** What became of an application; `known` where it was there already. */
export type Acceptance = Reservation | 'known';

/** How long the numbers of applications and tickets are. */
export const numberLength = 12;

/**
 * Judges a group of applications and writes those that are accepted, in one transaction: seats are held,
 * tickets made, the representative's card bound. Each is judged by itself on what those before it have left;
 * a refused one changes nothing.
 */
export async function acceptAll(
  store: Store,
  applications: readonly SealedApplication[],
  now: number,
): Promise<Outcome<Acceptance>[]> {
  return store.transaction(async (tables) => {
    await lockEvents(store, tables, [...new Set(applications.map(({ event }) => event))]);
    const known = await knownIds(tables, applications);
    const offers = await Offers.read(
      tables,
      applications.map(({ form }) => form),
    );
    const standing = await Standing.read(store, tables, applications.map(applyingOf), now);
    const rows = emptyRows();
    const outcomes: Outcome<Acceptance>[] = [];
    for (const application of applications) {
      if (known.has(application.form.id)) {
        outcomes.push({ done: 'known' });
        continue;
      }
      const accepted = await judge(application, offers.of(application.form), { standing, rows, now });
      if (!('error' in accepted)) known.add(application.form.id);
      outcomes.push(accepted);
    }
    await writeRows(store, tables, rows);
    const valid = rows.tickets.filter(({ state }) => state === 'valid');
    await markChanged(
      tables,
      valid.map(({ id, session_id }) => ({ session: session_id, ticket: id })),
      now,
    );
    return outcomes;
  });
}

interface Bench {
  readonly standing: Standing;
  readonly rows: AcceptedRows;
  readonly now: number;
}

async function judge(
  application: SealedApplication,
  offer: Offer | undefined,
  { standing, rows, now }: Bench,
): Promise<Outcome<Acceptance>> {
  const { form } = application;
  const applying = applyingOf(application);
  const notOffered = whyNotOffered(form, offer, now);
  if (notOffered !== undefined || offer === undefined) return { error: notOffered };
  const holding = standing.holdingOf(applying);
  const notAllowed = whyNotAllowed(form, offer, holding);
  if (notAllowed !== undefined) return { error: notAllowed };
  const seats = await standing.takeSeats(offer, form.tickets);
  if (seats === undefined) return { error: soldOut() };

  const visitor = standing.visitorOf(applying);
  if (visitor.isNew && !rows.visitors.some(({ id }) => id === visitor.id)) {
    const { event, serialHash } = application;
    rows.visitors.push({ id: visitor.id, event_id: event });
    rows.hashes.push({ event_id: event, serial_hash: Buffer.from(serialHash), visitor_id: visitor.id });
  }
  const row = applicationRow(application, offer, visitor.id, now);
  const tickets = seats.map((seat, index) => ticketRow(row, seat, index + 1));
  const [first] = tickets;
  if (!holding.cardIsBound && first !== undefined) rows.bindings.push(bindingRow(application, first, now));
  const slip = row.total === 0 ? undefined : newSlip(row.id, row.total, row.due_at);
  if (slip !== undefined) rows.slips.push(slip);
  rows.applications.push(row);
  rows.tickets.push(...tickets);
  standing.add(applying, form.tickets);
  return {
    done: {
      application: row.number,
      state: row.state,
      seats: seats.flatMap(({ label }) => label ?? []),
      total: row.total,
      dueAt: row.due_at,
      ...(slip === undefined ? {} : { slip: { number: slip.number, path: slipPath(slip) } }),
    },
  };
}

/** The application of a signed form that was accepted. */
export function applicationRow(
  { form, signed, signature, signer, sealedSigner }: SealedApplication,
  { session, event, category }: Offer,
  visitor: string,
  now: number,
): Tables['applications'] {
  const isFree = form.total === 0;
  return {
    id: form.id,
    number: newSpokenCode(numberLength),
    event_id: event.id,
    session_id: session.id,
    category_id: category.id,
    visitor_id: visitor,
    form: signed,
    signature,
    signature_issuer: Buffer.from(signer.issuerKeyId),
    signature_serial: Buffer.from(sealedSigner),
    tickets: form.tickets,
    companions: form.companions,
    total: form.total,
    state: isFree ? 'paid' : 'reserved',
    taken_at: now,
    due_at: slipDueAt(now, session.pay_within_ms, session.starts_at),
    paid_at: isFree ? now : null,
    ended_at: null,
  };
}

/** The ticket of an application for one of its seats. */
export function ticketRow(
  application: Tables['applications'],
  seat: Pick<Tables['seats'], 'id' | 'flags'>,
  place: number,
): Tables['tickets'] {
  const opensForAll = application.companions === 'representative-opens' && place === 1;
  return {
    id: newId(application.taken_at),
    number: newSpokenCode(numberLength),
    event_id: application.event_id,
    session_id: application.session_id,
    category_id: application.category_id,
    application_id: application.id,
    visitor_id: application.visitor_id,
    seat_id: seat.id,
    place,
    admits: opensForAll ? application.tickets : 1,
    // What a seat is, it says itself.
    flags: null,
    state: application.state === 'paid' ? 'valid' : 'reserved',
    ended_why: null,
    changed_at: application.taken_at,
  };
}

function bindingRow(
  { card, serialHash, binding }: SealedApplication,
  ticket: Tables['tickets'],
  now: number,
): Tables['bindings'] {
  return {
    id: binding.id,
    event_id: ticket.event_id,
    session_id: ticket.session_id,
    ticket_id: ticket.id,
    serial_hash: Buffer.from(serialHash),
    serial: Buffer.from(binding.serial),
    issuer_key_id: Buffer.from(card.issuerKeyId),
    not_after: card.notAfter.getTime(),
    public_key: Buffer.from(card.publicKey),
    medium: 'card',
    how: 'application',
    state: 'active',
    bound_at: now,
    ended_at: null,
    ended_why: null,
    checked_at: now,
  };
}

function applyingOf({ form, event, serialHash }: SealedApplication): Applying {
  return { session: form.session, event, serialHash };
}

async function knownIds(tables: Work, applications: readonly SealedApplication[]): Promise<Set<string>> {
  const rows = await tables
    .selectFrom('applications')
    .select('id')
    .where(
      'id',
      'in',
      applications.map(({ form }) => form.id),
    )
    .execute();
  return new Set(rows.map(({ id }) => id));
}

export function soldOut(): ApplicationError {
  const sentence = 'There are not so many left in this category; choose another, or fewer tickets.';
  return new ApplicationError('sold-out', sentence);
}
