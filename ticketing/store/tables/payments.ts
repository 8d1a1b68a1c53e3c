/** What is to be paid, and what was. */
export interface PaymentTables {
  slips: SlipRow;
  payments: PaymentRow;
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
