import { z } from 'zod';
import { markChanged } from '../bindings/list-changes.ts';
import { openCase } from '../cases/found-case.ts';
import { lockEvents } from '../events/lock-events.ts';
import { handOver } from '../resale/hand-over.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { outcomeOf, type PaymentOutcome } from './judge-payment.ts';
import { PaymentError } from './payment-error.ts';

/** A payment, as the payment company says it. */
export const paymentNotice = z.strictObject({
  /** The company's own, once for each payment. */
  id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  slip: z.string().regex(/^\d{16}$/),
  /** In whole yen. */
  amount: z.int().min(1).max(100_000_000),
  paidAt: z.iso.datetime({ offset: true }),
});
export type PaymentNotice = z.output<typeof paymentNotice>;

type SlipOfApplication = Pick<
  Tables['applications'],
  'id' | 'number' | 'state' | 'event_id' | 'session_id' | 'due_at'
> &
  Pick<Tables['slips'], 'amount'> & { readonly organisation: string };

/**
 * Takes a notice, as often as it is sent: what was paid counts once, and a notice is kept whatever it says.
 * All but a payment that was put to use is a case, with what is owed back.
 */
export async function takeNotice(store: Store, notice: PaymentNotice, now: number): Promise<PaymentOutcome> {
  return store.transaction(async (tables) => {
    const event = await eventOfSlip(tables, notice.slip);
    await lockEvents(store, tables, event === undefined ? [] : [event]);
    const slip = await readSlip(tables, notice.slip);
    const outcome = outcomeOf(slip, notice.amount);
    const payment: Tables['payments'] = {
      id: notice.id,
      slip: notice.slip,
      amount: notice.amount,
      paid_at: Date.parse(notice.paidAt),
      received_at: now,
      application_id: slip?.id ?? null,
      outcome,
    };
    const { numInsertedOrUpdatedRows } = await tables
      .insertInto('payments')
      .values(payment)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) return outcomeBefore(tables, payment);
    if (slip !== undefined && outcome === 'applied') await apply(tables, slip, now);
    else await openPaymentCase(store, tables, { payment, slip, now });
    return outcome;
  });
}

async function eventOfSlip(tables: Work, number: string): Promise<string | undefined> {
  const row = await tables
    .selectFrom('slips')
    .innerJoin('applications', 'applications.id', 'slips.application_id')
    .select('applications.event_id')
    .where('slips.number', '=', number)
    .executeTakeFirst();
  return row?.event_id;
}

async function readSlip(tables: Work, number: string): Promise<SlipOfApplication | undefined> {
  return tables
    .selectFrom('slips')
    .innerJoin('applications', 'applications.id', 'slips.application_id')
    .innerJoin('events', 'events.id', 'applications.event_id')
    .select([
      'applications.id',
      'applications.number',
      'applications.state',
      'applications.event_id',
      'applications.session_id',
      'applications.due_at',
      'slips.amount',
      'events.organisation_id as organisation',
    ])
    .where('slips.number', '=', number)
    .executeTakeFirst();
}

async function outcomeBefore(tables: Work, payment: Tables['payments']): Promise<PaymentOutcome> {
  const before = await tables
    .selectFrom('payments')
    .selectAll()
    .where('id', '=', payment.id)
    .executeTakeFirstOrThrow();
  const isSame =
    before.slip === payment.slip && before.amount === payment.amount && before.paid_at === payment.paid_at;
  if (isSame) return before.outcome;
  throw new PaymentError(
    'id-taken',
    'A notice of this id said something else before; give each payment its own.',
  );
}

/** The seats are sold, and the tickets are good: gates will hear of them. */
async function apply(tables: Work, { id }: SlipOfApplication, now: number): Promise<void> {
  await tables
    .updateTable('applications')
    .set({ state: 'paid', paid_at: now })
    .where('id', '=', id)
    .where('state', '=', 'reserved')
    .execute();
  const tickets = await tables
    .updateTable('tickets')
    .set({ state: 'valid', changed_at: now })
    .where('application_id', '=', id)
    .where('state', '=', 'reserved')
    .returning(['id', 'session_id'])
    .execute();
  if (tickets.length === 0) return;
  await handOver(tables, id, now);
  await tables
    .updateTable('seats')
    .set({ state: 'sold' })
    .where(
      'ticket_id',
      'in',
      tickets.map((ticket) => ticket.id),
    )
    .where('state', '=', 'held')
    .execute();
  await markChanged(
    tables,
    tickets.map((ticket) => ({ session: ticket.session_id, ticket: ticket.id })),
    now,
  );
}

interface Unapplied {
  readonly payment: Tables['payments'];
  readonly slip: SlipOfApplication | undefined;
  readonly now: number;
}

async function openPaymentCase(
  { kind }: Pick<Store, 'kind'>,
  tables: Work,
  { payment, slip, now }: Unapplied,
): Promise<void> {
  const { id, outcome, amount, paid_at } = payment;
  const organisation = slip?.organisation ?? (await firstOrganisation(tables));
  // Before anybody has set anything up no slip can be out; the payment is kept all the same.
  if (organisation === undefined) return;
  const found = {
    organisation,
    ...(slip === undefined ? {} : { event: slip.event_id, session: slip.session_id }),
    kind: `payment-${outcome}`,
    subject: `payment ${id}`,
    detail: {
      slip: payment.slip,
      owedBack: amount,
      paidAt: new Date(paid_at).toISOString(),
      ...(slip === undefined
        ? {}
        : { application: slip.number, wanted: slip.amount, paidInTime: paid_at <= slip.due_at }),
    },
  };
  await openCase(tables, kind, found, now);
}

/** Who runs the service answers for money that belongs to nobody. */
async function firstOrganisation(tables: Work): Promise<string | undefined> {
  const row = await tables
    .selectFrom('organisations')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}
