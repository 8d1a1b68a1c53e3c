/** What is to be paid, what was, and what is owed back. */
export interface PaymentTables {
  slips: SlipRow;
  payments: PaymentRow;
  refunds: RefundRow;
}

/** A payment slip (払込票): one for each application that costs something. */
interface SlipRow {
  /** What the cashier's till says: 16 digits. */
  number: string;
  application_id: string;
  /** In the address of its page; whoever has it sees what is to be paid, and nothing of whom. */
  token: string;
  amount: number;
  due_at: number;
}

/** A notice of the payment provider, taken once by its id, and kept whatever it says. */
interface PaymentRow {
  id: string;
  /** As the notice has it: there may be no such slip. */
  slip: string;
  amount: number;
  paid_at: number;
  received_at: number;
  /** None where there is no such slip. */
  application_id: string | null;
  /** What it came to; all but `applied` is a case. */
  outcome: 'applied' | 'unknown-slip' | 'wrong-amount' | 'paid-twice' | 'paid-late';
}

/** The price of a ticket that was taken back; once for each. */
interface RefundRow {
  id: string;
  organisation_id: string;
  session_id: string;
  application_id: string;
  ticket_id: string;
  amount: number;
  why: 'cancelled' | 'session-cancelled' | 'resold';
  state: 'owed' | 'paid';
  owed_at: number;
  paid_at: number | null;
  /** Who said that it was paid. */
  paid_by: string | null;
  /** Under which the bank or the payment company has it. */
  reference: string | null;
  revision: number;
}
