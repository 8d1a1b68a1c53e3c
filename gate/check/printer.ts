import { openPrinter } from '../receipt/open-printer.ts';
import type { PrinterAddress } from '../receipt/printer-address.ts';
import type { PrinterStatus } from '../receipt/printer-state.ts';
import { CheckError } from './check-error.ts';

/** How the printer says it is, in the words that its staff are told. */
export function checkPrinter({ prints, says }: PrinterStatus): string {
  if (!prints) throw new CheckError('printer-not-ready', says.en);
  return says.en;
}

/** Asks a printer that nobody else speaks to. */
export async function askPrinter(address: PrinterAddress): Promise<PrinterStatus> {
  const printer = openPrinter(address);
  try {
    return await printer.status();
  } finally {
    printer.close();
  }
}
