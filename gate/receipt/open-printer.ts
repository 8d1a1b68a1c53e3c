import { deviceLine } from './device-line.ts';
import { EscPosPrinter, type EscPosOptions } from './escpos-printer.ts';
import type { PrinterAddress } from './printer-address.ts';
import type { Printer } from './printer.ts';
import { tcpLine } from './tcp-line.ts';

/**
 * The printer at an address. Nothing is opened until it is asked or given something to print.
 *
 * @example
 * const printer = openPrinter(parsePrinterAddress('/dev/usb/lp0?columns=32'));
 * const { state } = await printer.status();
 */
export function openPrinter(
  address: PrinterAddress,
  options: Pick<EscPosOptions, 'timer' | 'patience'> = {},
): Printer {
  const connect = address.kind === 'tcp' ? tcpLine(address) : deviceLine(address);
  return new EscPosPrinter({ connect, columns: address.columns, ...options });
}
