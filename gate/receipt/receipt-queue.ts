import Database from 'better-sqlite3';
import { systemTimer, type Timer } from '../reader/timer.ts';
import { openStore } from './open-store.ts';
import type { PrinterStatus } from './printer-state.ts';
import type { Printer } from './printer.ts';
import { inDoubt, lost, storeDamaged, templateWrong, type ReceiptEvent } from './receipt-event.ts';
import { ReceiptError } from './receipt-error.ts';
import { ticketOf, type Kept, type Printed, type ReceiptStore } from './receipt-store.ts';
import { openTemplate, renderEscPos } from './render.ts';
import { renderSlip, type Slip } from './slip.ts';
import type { Template } from './template.ts';

export interface ReceiptQueueOptions {
  /** The queue's own file, in the gate's state folder. */
  readonly file: string;
  readonly printer: Printer;
  /** The pack's; empty for the ordinary one. */
  readonly template: string;
  /** Told what staff should see. It must not throw. */
  readonly tell: (event: ReceiptEvent) => void;
  readonly timer?: Timer;
  readonly now?: () => number;
}

/** How the receipts stand, for the staff's screen. */
export interface ReceiptsState {
  readonly waiting: number;
  /** Receipts that may or may not be on paper: staff look, then reprint or dismiss them. */
  readonly inDoubt: readonly { readonly code: string; readonly ticket?: string }[];
  /** `undefined` until the printer was asked for the first time. */
  readonly printer: PrinterStatus | undefined;
}

/** Milliseconds: until an idle printer is asked how it is, and until one that could not print is tried again. */
const idle = 10_000;
const retry = 2000;
/** And for the receipt that is on its way when the queue is closed. */
const lastJob = 3000;

/**
 * Opens the queue of receipts and begins to print what waits in it. Receipts come out in the order of the
 * admissions; whatever the printer does, none is lost, and none is printed twice without staff asking.
 *
 * @example
 * const printer = openPrinter(parsePrinterAddress('tcp://192.0.2.10:9100'));
 * const receipts = openReceiptQueue({ file, printer, template: pack.contents.receipt, tell });
 * receipts.add(receiptOf(verdict, place, pack.contents.texts));
 */
export function openReceiptQueue(options: ReceiptQueueOptions): ReceiptQueue {
  return new ReceiptQueue(options);
}

export class ReceiptQueue {
  readonly #printer: Printer;
  readonly #tell: (event: ReceiptEvent) => void;
  readonly #timer: Timer;
  readonly #store: ReceiptStore;
  readonly #work: Promise<void>;
  #template: Template;
  #status: PrinterStatus | undefined;
  /** Those who wait for a slip, by its code; told whether it is on paper. */
  readonly #awaited = new Map<string, (printed: boolean) => void>();
  #closed = false;
  #wake: () => void = () => undefined;

  constructor({ file, printer, template, tell, timer = systemTimer, now = Date.now }: ReceiptQueueOptions) {
    this.#printer = printer;
    this.#tell = tell;
    this.#timer = timer;
    const { store, damaged } = openStore(file, now);
    this.#store = store;
    if (damaged !== undefined) tell(storeDamaged());
    this.#template = openTemplate('');
    this.useTemplate(template);
    // What was on its way when the program ended: nobody knows how far it came.
    for (const kept of store.all('sending')) this.#doubt(kept);
    if (store.count('waiting') > 0) this.#tellCounts();
    this.#work = this.#printAll();
  }

  /**
   * Queues a receipt or a slip, on disk, and returns at once; answers whether it is there. Never throws: a
   * tap goes on without.
   */
  add(receipt: Printed): boolean {
    if (this.#closed) {
      this.#tell(lost(receipt.code));
      return false;
    }
    try {
      this.#store.add(receipt, false);
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      this.#tell(lost(receipt.code));
      return false;
    }
    this.#tellCounts();
    this.#wake();
    return true;
  }

  /**
   * Queues a slip and waits until it is known whether it is on paper, but no longer than that; answers
   * whether it surely is. One that is not yet is printed all the same, after the next start if need be.
   */
  printNow(slip: Slip, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (printed: boolean): void => {
        callOff();
        this.#awaited.delete(slip.code);
        resolve(printed);
      };
      const callOff = this.#timer.after(milliseconds, () => {
        end(false);
      });
      this.#awaited.set(slip.code, end);
      if (!this.add(slip)) end(false);
    });
  }

  /**
   * Queues the newest receipt of a code or a ticket number again, marked as a copy; answers its code. One
   * that waits anyway is not queued twice. Throws a `ReceiptError` where none is kept.
   */
  reprint(codeOrTicket: string): string {
    const kept = this.#store.newestOf(codeOrTicket.normalize('NFKC').trim());
    if (kept === undefined) {
      throw new ReceiptError(
        'not-found',
        'No receipt with this code or ticket number is kept at this gate; check the number, or ask at the gate that admitted.',
      );
    }
    const { code } = kept.receipt;
    if (kept.stage !== 'waiting' && kept.stage !== 'sending') {
      this.#store.together(() => {
        this.#store.settle(code);
        this.#store.add(kept.receipt, true);
      });
      this.#tellCounts();
    }
    this.#wake();
    return code;
  }

  /** Staff have found a receipt that was in doubt on paper after all; answers whether there was one. */
  dismiss(code: string): boolean {
    const dismissed = this.#store.settle(code.normalize('NFKC').trim());
    if (dismissed) this.#tellCounts();
    return dismissed;
  }

  /** Prints by another pack's template from now on. One that cannot be used is told of. */
  useTemplate(text: string): void {
    try {
      this.#template = openTemplate(text);
    } catch (error) {
      if (!(error instanceof ReceiptError)) throw error;
      this.#template = openTemplate('');
      this.#tell(templateWrong(error.message));
    }
  }

  state(): ReceiptsState {
    return {
      waiting: this.#waiting(),
      inDoubt: this.#store.all('in-doubt').map(({ receipt }) => {
        const ticket = ticketOf(receipt);
        return { code: receipt.code, ...(ticket === undefined ? {} : { ticket }) };
      }),
      printer: this.#status,
    };
  }

  /** Stops printing and closes the file; what waits is printed after the next start. */
  async close(): Promise<void> {
    if (this.#closed) return this.#work;
    this.#closed = true;
    this.#wake();
    // A receipt half printed is let come out, but an empty printer does not keep a gate from closing.
    const callOff = this.#timer.after(lastJob, () => {
      this.#printer.close();
    });
    await this.#work;
    callOff();
    this.#printer.close();
    this.#store.close();
  }

  async #printAll(): Promise<void> {
    while (!this.#closed) {
      try {
        const next = this.#store.first('waiting');
        if (next === undefined) {
          this.#printerIs(await this.#printer.status());
          if (this.#store.count('waiting') === 0) await this.#pause(idle);
        } else if (!(await this.#print(next))) {
          await this.#pause(retry);
        }
      } catch (error) {
        // A full disk passes; the receipts wait for that too.
        if (!(error instanceof Database.SqliteError)) throw error;
        await this.#pause(retry);
      }
    }
  }

  /** Answers whether to go on with the next at once. */
  async #print(kept: Kept): Promise<boolean> {
    const { id, receipt, copy } = kept;
    try {
      await this.#printer.print(this.#draw(kept), {
        onSending: () => {
          this.#store.move(id, 'sending');
        },
        onStatus: (status) => {
          this.#printerIs(status);
        },
      });
    } catch (error) {
      if (!(error instanceof ReceiptError)) throw error;
      if (error.code === 'in-doubt') this.#doubt(kept);
      return error.code === 'in-doubt';
    }
    this.#store.move(id, 'printed');
    this.#tell({ kind: 'printed', code: receipt.code, copy });
    this.#awaited.get(receipt.code)?.(true);
    this.#tellCounts();
    return true;
  }

  #draw({ receipt, copy }: Kept): Uint8Array {
    const { columns } = this.#printer;
    if ('title' in receipt) return renderSlip(receipt, { columns, copy });
    return renderEscPos({ receipt, copy, template: this.#template, columns });
  }

  #doubt({ id, receipt }: Kept): void {
    this.#store.move(id, 'in-doubt');
    this.#tell(inDoubt(receipt.code));
    this.#awaited.get(receipt.code)?.(false);
    this.#tellCounts();
  }

  #printerIs(status: PrinterStatus): void {
    if (status.state === this.#status?.state) return;
    this.#status = status;
    this.#tell({ kind: 'printer', status });
  }

  /** A receipt on its way to paper still waits, to those who look on. */
  #waiting(): number {
    return this.#store.count('waiting') + this.#store.count('sending');
  }

  #tellCounts(): void {
    this.#tell({ kind: 'receipts', waiting: this.#waiting(), inDoubt: this.#store.count('in-doubt') });
  }

  /** Waits until something is to be done, or the time is over. */
  #pause(milliseconds: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const callOff = this.#timer.after(milliseconds, resolve);
      this.#wake = () => {
        callOff();
        resolve();
      };
    });
  }
}
