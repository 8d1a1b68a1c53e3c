import { writeSync } from 'node:fs';
import { openPrinter } from '../../gate/receipt/open-printer.ts';
import { parsePrinterAddress } from '../../gate/receipt/printer-address.ts';
import { openReceiptQueue } from '../../gate/receipt/receipt-queue.ts';
import { sampleReceipt } from '../../gate/receipt/receipt.ts';

/**
 * A gate's queue of receipts in a process of its own. It adds one after the other, and says on stdout which
 * is kept, until it is killed.
 */
const { QUEUE_FILE: file = '', PRINTER: address = '', FIRST: first = '0' } = process.env;

async function run(): Promise<void> {
  const queue = openReceiptQueue({
    file,
    // Soon over its first look at the printer, so that the end comes while it prints.
    printer: openPrinter(parsePrinterAddress(address), { patience: { quiet: 1 } }),
    template: '{code}',
    tell: () => undefined,
  });
  for (let number = Number(first); ; number += 1) {
    queue.add({ ...sampleReceipt, at: number, code: `1-${number}` });
    writeSync(1, `${number}\n`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

void run();
