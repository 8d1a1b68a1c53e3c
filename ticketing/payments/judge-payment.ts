import type { Tables } from '../store/tables.ts';

export const paymentOutcomes = [
  'applied',
  'unknown-slip',
  'wrong-amount',
  'paid-twice',
  'paid-late',
] as const satisfies readonly Tables['payments']['outcome'][];
export type PaymentOutcome = Tables['payments']['outcome'];

/** What a payment is for: its slip, and how its application stands. */
interface PaidSlip {
  readonly amount: number;
  readonly state: Tables['applications']['state'];
}

/**
 * What a payment comes to. While its seats are held, the right sum pays for an application, also after its
 * due date; whatever cannot be put to use is owed back, and people see to that.
 */
export function outcomeOf(slip: PaidSlip | undefined, amount: number): PaymentOutcome {
  if (slip === undefined) return 'unknown-slip';
  if (slip.state === 'paid') return 'paid-twice';
  if (slip.state !== 'reserved') return 'paid-late';
  return amount === slip.amount ? 'applied' : 'wrong-amount';
}
