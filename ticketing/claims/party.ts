import type { Store, Work } from '../store/store.ts';
import { readApplication } from '../signed-form/application-form.ts';
import { ClaimError } from './claim-error.ts';
import { endOpenClaims, issueClaim, type IssuedClaim } from './issue-claim.ts';
import { hashOfTyped, newSecretCode } from './secret-code.ts';

/** What a representative sees of a ticket: whether it is bound, never by whom. */
export interface PartyTicket {
  readonly ticket: string;
  readonly place: number;
  readonly seat?: string;
  readonly state: 'reserved' | 'bound' | 'claim-open' | 'unclaimed' | 'opened-by-representative' | 'ended';
  /** Until when its claim serves. */
  readonly until?: number;
}

/** What a representative sees of an application. */
export interface Party {
  /** The application's number. */
  readonly application: string;
  readonly companions: 'own-cards' | 'enter-together' | 'representative-opens';
  readonly claimUntil: number;
  readonly tickets: readonly PartyTicket[];
}

/**
 * Issues the code by which a representative looks after an application's tickets, in place of any earlier.
 *
 * It is a secret that is shown with the confirmation, and not a signature of the own card: whoever looks
 * after a party sits at home with a telephone, where no card reader is. It gives little away. It issues and
 * recalls claims, which can only be taken by a card; it neither names nor moves a card that is bound. Who
 * loses it shows the own card at a desk.
 */
export async function issuePartyCode(tables: Work, application: string, now: number): Promise<string> {
  const { code, hash } = newSecretCode();
  await tables
    .insertInto('party_codes')
    .values({ application_id: application, code_hash: hash, issued_at: now })
    .onConflict((conflict) =>
      conflict.column('application_id').doUpdateSet({ code_hash: hash, issued_at: now }),
    )
    .execute();
  return code;
}

/**
 * Issues that code to whoever has the application as it was signed: the kiosk that sent it, and nobody else.
 * Asked again, the code before serves no more.
 */
export async function issueCodeToSigner(
  tables: Work,
  { form, signature, now }: { readonly form: Buffer; readonly signature: Buffer; readonly now: number },
): Promise<{ readonly application: string; readonly code: string }> {
  const row = await tables
    .selectFrom('applications')
    .select(['id', 'number', 'form', 'signature'])
    .where('id', '=', readApplication(form).id)
    .where('state', 'in', ['reserved', 'paid'])
    .executeTakeFirst();
  if (row?.form.equals(form) !== true || !row.signature.equals(signature)) {
    throw new ClaimError('no-such-party', 'There is no such application, or it has ended.');
  }
  return { application: row.number, code: await issuePartyCode(tables, row.id, now) };
}

export async function readParty(tables: Work, partyCode: string, now: number): Promise<Party> {
  const application = await applicationOf(tables, partyCode);
  const { number, companions, claim_until } = await tables
    .selectFrom('applications')
    .innerJoin('sessions', 'sessions.id', 'applications.session_id')
    .select(['applications.number', 'applications.companions', 'sessions.claim_until'])
    .where('applications.id', '=', application)
    .executeTakeFirstOrThrow();
  const tickets = await tables
    .selectFrom('tickets')
    .innerJoin('seats', 'seats.id', 'tickets.seat_id')
    .leftJoin('claims', (join) =>
      join
        .onRef('claims.ticket_id', '=', 'tickets.id')
        .on('claims.state', '=', 'open')
        .on('claims.until', '>', now)
        .on('claims.attempts_left', '>', 0),
    )
    .select((eb) => [
      'tickets.id',
      'tickets.place',
      'tickets.state',
      'seats.label',
      'claims.until',
      eb
        .exists(
          eb
            .selectFrom('bindings')
            .select('bindings.id')
            .whereRef('bindings.ticket_id', '=', 'tickets.id')
            .where('bindings.state', '=', 'active'),
        )
        .as('bound'),
    ])
    .where('tickets.application_id', '=', application)
    .orderBy('tickets.place')
    .execute();
  return {
    application: number,
    companions,
    claimUntil: claim_until,
    tickets: tickets.map(({ id, place, state, label, until, bound }) => ({
      ticket: id,
      place,
      ...(label === null || state === 'ended' ? {} : { seat: label }),
      state: stateOf({
        state,
        bound: Boolean(bound),
        until,
        byOther: companions === 'representative-opens' && place > 1,
      }),
      ...(until === null ? {} : { until }),
    })),
  };
}

/** Issues the claim of one of the party's tickets, in place of any earlier. */
export async function issueClaimOfParty(
  tables: Work,
  kind: Store['kind'],
  { partyCode, ticket, now }: { readonly partyCode: string; readonly ticket: string; readonly now: number },
): Promise<IssuedClaim> {
  await requireInParty(tables, partyCode, ticket);
  return issueClaim(tables, kind, { ticket, now });
}

/** Recalls the claim of one of the party's tickets: its code serves for nothing from now on. */
export async function recallClaimOfParty(
  tables: Work,
  { partyCode, ticket, now }: { readonly partyCode: string; readonly ticket: string; readonly now: number },
): Promise<void> {
  await requireInParty(tables, partyCode, ticket);
  await endOpenClaims(tables, [ticket], 'recalled', now);
}

/** Refuses a ticket that is not of the application that a party's code is for. */
export async function requireInParty(tables: Work, partyCode: string, ticket: string): Promise<void> {
  const application = await applicationOf(tables, partyCode);
  const row = await tables
    .selectFrom('tickets')
    .select('id')
    .where('id', '=', ticket)
    .where('application_id', '=', application)
    .executeTakeFirst();
  if (row === undefined)
    throw new ClaimError('no-such-ticket', 'There is no such ticket in this application.');
}

async function applicationOf(tables: Work, partyCode: string): Promise<string> {
  const row = await tables
    .selectFrom('party_codes')
    .select('application_id')
    .where('code_hash', '=', hashOfTyped(partyCode))
    .executeTakeFirst();
  if (row !== undefined) return row.application_id;
  throw new ClaimError(
    'no-such-party',
    'This code serves for no application, or a newer one was issued. A desk can issue another.',
  );
}

interface Standing {
  readonly state: 'reserved' | 'valid' | 'ended';
  readonly bound: boolean;
  readonly until: number | null;
  readonly byOther: boolean;
}

function stateOf({ state, bound, until, byOther }: Standing): PartyTicket['state'] {
  if (state !== 'valid') return state;
  if (bound) return 'bound';
  if (byOther) return 'opened-by-representative';
  return until === null ? 'unclaimed' : 'claim-open';
}
