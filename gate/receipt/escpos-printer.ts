import { systemTimer, type Timer } from '../reader/timer.ts';
import { PrinterTalk } from './printer-talk.ts';
import { printerStatus, type PrinterStatus } from './printer-state.ts';
import type { ConnectLine } from './printer-line.ts';
import type { Printer, PrintWatch } from './printer.ts';
import { ReceiptError } from './receipt-error.ts';

export interface EscPosOptions {
  readonly connect: ConnectLine;
  readonly columns: number;
  readonly timer?: Timer;
  readonly patience?: Partial<Patience>;
}

/** How long a printer is waited for, in milliseconds. */
interface Patience {
  /** For the answer to a question. */
  readonly answer: number;
  /** Between questions while it prints. */
  readonly ask: number;
  /** For the end of a job while the printer says that it is well, or nothing at all. */
  readonly job: number;
  /** After an answer, until it is sure that no more of an earlier job follow it. */
  readonly quiet: number;
}

const usual: Patience = { answer: 1500, ask: 500, job: 20_000, quiet: 100 };

/**
 * A printer that speaks ESC/POS, over any line. It opens the line for each job, asks the printer how it is,
 * sends the job, and is done when the printer has said that the job is on paper.
 */
export class EscPosPrinter implements Printer {
  readonly columns: number;
  readonly #connect: ConnectLine;
  readonly #timer: Timer;
  readonly #patience: Patience;
  /** One at a time: many printers take a single connection. */
  #last: Promise<unknown> = Promise.resolve();
  #talk: PrinterTalk | undefined;
  #closed = false;
  /** What an earlier job may have left in the printer: its answer, or half of it on the paper. */
  #left: 'answer' | 'torn' | undefined = 'answer';

  constructor({ connect, columns, timer = systemTimer, patience }: EscPosOptions) {
    this.columns = columns;
    this.#connect = connect;
    this.#timer = timer;
    this.#patience = { ...usual, ...patience };
  }

  status(): Promise<PrinterStatus> {
    return this.#inTurn(async () => {
      const talk = await this.#open();
      if (talk === undefined) return printerStatus('unreachable');
      try {
        return printerStatus(await talk.ask(this.#patience.answer));
      } finally {
        talk.end();
      }
    });
  }

  print(bytes: Uint8Array, watch: PrintWatch = {}): Promise<void> {
    return this.#inTurn(async () => {
      const talk = await this.#open();
      try {
        const before = printerStatus(
          talk === undefined ? 'unreachable' : await talk.ask(this.#patience.answer),
        );
        watch.onStatus?.(before);
        if (talk === undefined || !before.prints || this.#closed) {
          throw new ReceiptError('not-sent', before.says.en);
        }
        await this.#settle(talk, watch);
        watch.onSending?.();
        this.#left = 'torn';
        await this.#send(talk, bytes, watch);
        this.#left = undefined;
      } finally {
        talk?.end();
      }
    });
  }

  close(): void {
    this.#closed = true;
    this.#talk?.end();
  }

  async #settle(talk: PrinterTalk, { onStatus }: PrintWatch): Promise<void> {
    if (this.#left === undefined) return;
    const { answer, quiet } = this.#patience;
    if (!(await talk.settle(this.#left === 'torn', answer, quiet))) {
      const busy = printerStatus('busy');
      onStatus?.(busy);
      throw new ReceiptError('not-sent', busy.says.en);
    }
    this.#left = undefined;
  }

  async #send(talk: PrinterTalk, bytes: Uint8Array, { onStatus }: PrintWatch): Promise<void> {
    const { answer, ask, job } = this.#patience;
    const done = talk.job(bytes);
    let deadline = this.#timer.now() + job;
    for (;;) {
      const outcome = await talk.within(done, ask);
      if (outcome === 'printed') return;
      if (outcome === 'ended') throw doubtful('The line to the printer broke while it printed.');
      const status = printerStatus(await talk.ask(answer));
      if (status.state === 'unreachable') continue;
      onStatus?.(status);
      // Out of paper or open, it prints the rest when that is mended, however long it takes.
      const waitsForPeople = !status.prints && status.state !== 'silent' && status.state !== 'error';
      if (waitsForPeople) deadline = this.#timer.now() + job;
      else if (this.#timer.now() > deadline)
        throw doubtful('The printer took the receipt and did not say that it printed it.');
    }
  }

  async #open(): Promise<PrinterTalk | undefined> {
    if (this.#closed) return undefined;
    try {
      this.#talk = await PrinterTalk.open(this.#connect, this.#timer);
      return this.#talk;
    } catch {
      return undefined;
    }
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function doubtful(why: string): ReceiptError {
  return new ReceiptError('in-doubt', `${why} Look whether it is on paper, and reprint it where it is not.`);
}
