import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../test/printer/paper.ts';
import { startSerialPrinter, type SerialPrinter } from '../../test/printer/serial-printer.ts';
import { openPrinter } from './open-printer.ts';
import { parsePrinterAddress } from './printer-address.ts';
import type { Printer } from './printer.ts';
import { sampleReceipt } from './receipt.ts';
import { openTemplate, renderEscPos } from './render.ts';

const bytes = renderEscPos({ receipt: sampleReceipt, template: openTemplate('^^^{seat}'), columns: 48 });

let device: SerialPrinter;
let printer: Printer;

beforeEach(async () => {
  device = await startSerialPrinter();
  printer = openPrinter(parsePrinterAddress(`${device.address}?baud=19200`));
});
afterEach(async () => {
  printer.close();
  await device.close();
});

describe('a printer at a device file', () => {
  it('prints every byte as it is, and says that it did', async () => {
    await printer.print(bytes);
    await printer.print(bytes);
    expect(device.printer.slips.map(textOf)).toEqual([['1階 A列 12番'], ['1階 A列 12番']]);
  });

  it('says how it is', async () => {
    device.printer.loadPaper(0);
    expect((await printer.status()).state).toBe('paper-out');
    device.printer.loadPaper();
    expect((await printer.status()).state).toBe('ready');
  });

  it('takes no answer of before for one of now', async () => {
    device.printer.setFrozen(true);
    const hasty = openPrinter(parsePrinterAddress(device.address), { patience: { answer: 200 } });
    await expect(hasty.print(bytes)).rejects.toMatchObject({ code: 'not-sent' });
    hasty.close();
    device.printer.setFrozen(false);
    await printer.print(bytes);
    expect(device.printer.slips).toHaveLength(1);
  });

  it('is unreachable when its cable is pulled out, and sent nothing', async () => {
    await device.close();
    expect((await printer.status()).state).toBe('unreachable');
    await expect(printer.print(bytes)).rejects.toMatchObject({ code: 'not-sent' });
  });

  it('leaves a receipt in doubt when its cable is pulled out while it prints', async () => {
    const job = printer.print(bytes, {
      onSending: () => {
        device.printer.setFrozen(true);
        void device.close();
      },
    });
    await expect(job).rejects.toMatchObject({ code: 'in-doubt' });
  });
});
