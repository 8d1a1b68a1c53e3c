import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPrinter } from '../receipt/open-printer.ts';
import type { PrinterAddress } from '../receipt/printer-address.ts';
import { openReceiptQueue, type ReceiptQueue } from '../receipt/receipt-queue.ts';
import { receiptOf } from '../receipt/receipt.ts';
import type { GateService } from './gate-service.ts';
import type { Log } from '../log.ts';
import type { LetThrough } from './news.ts';

/**
 * Prints a receipt for each one who is let in. It hears of them when the light is on already, as the screens
 * do; a printer without paper holds nobody up.
 *
 * @example
 * const receipts = printReceipts(service, { printer: config.printer, log });
 * receipts.reprint('K-0001');
 */
export function printReceipts(
  service: GateService,
  { printer, log }: { printer: PrinterAddress; log: Log },
): ReceiptQueue {
  const { state } = service.config;
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const queue = openReceiptQueue({
    file: join(state, 'receipts.sqlite'),
    printer: openPrinter(printer),
    template: '',
    tell: (event) => {
      if ('says' in event) log.warn({ event: event.kind }, event.says.en);
      else if (event.kind === 'printer')
        log.info({ event: 'printer', ...event.status }, 'The printer’s state.');
    },
  });
  let template = '';
  const add = ({ place, ...admission }: LetThrough): void => {
    const contents = service.gate?.contents;
    if (contents === undefined) return;
    if (contents.receipt !== template) queue.useTemplate(contents.receipt);
    template = contents.receipt;
    queue.add(receiptOf(admission, place, contents.texts));
  };
  service.listen((news) => {
    if (news.kind === 'let-in') add(news.admission);
    if (news.kind !== 'tapped') return;
    const { verdict, place } = news.tapped;
    if (verdict.name !== 'admitted' || verdict.repeat || verdict.direction === 'out') return;
    if (place !== undefined) add({ ...verdict, place });
  });
  return queue;
}
