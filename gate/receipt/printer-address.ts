import { z } from 'zod';
import { ReceiptError } from './receipt-error.ts';

/** Where a printer is, and how it is set. */
export type PrinterAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly columns: number }
  | { readonly kind: 'device'; readonly path: string; readonly baud?: number; readonly columns: number };

/** The rates that serial printers know. */
const rates = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];

/** An 80 mm roll; a 58 mm one has 32. */
const defaultColumns = 48;

/**
 * A printer's address in a configuration, checked: `tcp://HOST[:9100]` or a device file, each with
 * `?columns=32` for a narrow roll, a device file also with `?baud=19200`.
 *
 * @example
 * printerAddress.parse('tcp://192.0.2.10') // { kind: 'tcp', host: '192.0.2.10', port: 9100, columns: 48 }
 */
export const printerAddress = z.string().transform((text, context): PrinterAddress => {
  try {
    return parsePrinterAddress(text);
  } catch (error) {
    if (!(error instanceof ReceiptError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** The same for a command line. Throws a `ReceiptError` that says what is wrong. */
export function parsePrinterAddress(text: string): PrinterAddress {
  const [place = '', query = '', ...more] = text.split('?');
  if (more.length > 0 || /[\p{Cc}\s]/u.test(text)) throw wrong('it has a character too many');
  const settings = parseSettings(query);
  const { columns = defaultColumns, baud } = settings;
  if (place.startsWith('/dev/')) {
    if (place.split('/').includes('..')) throw wrong('a device file is named without “..”');
    return { kind: 'device', path: place, columns, ...(baud === undefined ? {} : { baud }) };
  }
  const match = /^tcp:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::(\d{1,5}))?\/?$/.exec(place);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) throw wrong('it is neither tcp://HOST:PORT nor a file under /dev');
  if (baud !== undefined) throw wrong('baud is for serial ports alone');
  const port = Number(match?.[3] ?? 9100);
  if (port < 1 || port > 65_535) throw wrong('its port is not from 1 to 65535');
  return { kind: 'tcp', host, port, columns };
}

function parseSettings(query: string): { columns?: number; baud?: number } {
  const settings: { columns?: number; baud?: number } = {};
  for (const each of query === '' ? [] : query.split('&')) {
    const [name, value = ''] = each.split('=');
    const number = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
    if (name === 'columns') {
      if (!(number >= 24 && number <= 96)) throw wrong('columns is not from 24 to 96');
      settings.columns = number;
    } else if (name === 'baud') {
      if (!rates.includes(number)) throw wrong(`baud is none of ${rates.join(', ')}`);
      settings.baud = number;
    } else {
      throw wrong('it has a setting that is neither columns nor baud');
    }
  }
  return settings;
}

function wrong(why: string): ReceiptError {
  return new ReceiptError(
    'address-wrong',
    `This is not a printer's address: ${why}. Give tcp://192.0.2.10:9100, /dev/usb/lp0 or /dev/ttyUSB0?baud=19200.`,
  );
}
