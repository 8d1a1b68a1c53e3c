import type { PrinterStatus } from './printer-state.ts';

/** What is told while a job prints. */
export interface PrintWatch {
  /** Just before the first byte goes out. Where it throws, nothing is sent. */
  readonly onSending?: () => void;
  /** Each time the printer says how it is. */
  readonly onStatus?: (status: PrinterStatus) => void;
}

/** A receipt printer. */
export interface Printer {
  /** How many narrow characters fit on a line. */
  readonly columns: number;
  /**
   * Done when the printer has said that it printed everything. Throws a `ReceiptError`: `not-sent` where
   * nothing has reached the printer, `in-doubt` where something has.
   */
  print(bytes: Uint8Array, watch?: PrintWatch): Promise<void>;
  /** How it is now; a printer that cannot be asked is `unreachable` or `silent`. */
  status(): Promise<PrinterStatus>;
  /** Ends what it is doing and lets go of the line. */
  close(): void;
}
