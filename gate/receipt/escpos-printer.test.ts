import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startNetworkPrinter, type NetworkPrinter } from '../../test/printer/network-printer.ts';
import { textOf } from '../../test/printer/paper.ts';
import { systemTimer } from '../reader/timer.ts';
import { openPrinter } from './open-printer.ts';
import { parsePrinterAddress } from './printer-address.ts';
import type { PrinterState } from './printer-state.ts';
import type { Printer } from './printer.ts';
import { sampleReceipt } from './receipt.ts';
import { openTemplate, renderEscPos } from './render.ts';

const bytes = renderEscPos({ receipt: sampleReceipt, template: openTemplate(''), columns: 48 });

/** Asks often, and gives up so late that a busy machine is not taken for a printer that is stuck. */
const patience = { answer: 20_000, ask: 10, job: 20_000, quiet: 50 };

let device: NetworkPrinter;
let printer: Printer;
/** How far the printer's own clock is ahead. */
let ahead: number;

beforeEach(async () => {
  device = await startNetworkPrinter();
  ahead = 0;
  const timer = { ...systemTimer, now: () => systemTimer.now() + ahead };
  printer = openPrinter(parsePrinterAddress(device.address), { patience, timer });
});
afterEach(async () => {
  printer.close();
  await device.close();
});

/** Prints, and answers a promise for the first state that is told after the job was sent. */
function watched(onReady: () => void = () => undefined): {
  done: Promise<void>;
  toldWhilePrinting: Promise<PrinterState>;
} {
  let told: (state: PrinterState) => void;
  const toldWhilePrinting = new Promise<PrinterState>((resolve) => (told = resolve));
  let sending = false;
  const done = printer.print(bytes, {
    onSending: () => (sending = true),
    onStatus: ({ state }) => {
      if (sending) told(state);
      else onReady();
    },
  });
  done.catch(() => undefined);
  return { done, toldWhilePrinting };
}

/** Prints to a printer that takes the job and then says only that it is well, until patience is at its end. */
async function printInVain(): Promise<void> {
  device.printer.setFrozen(true);
  const { done, toldWhilePrinting } = watched();
  expect(await toldWhilePrinting).toBe('ready');
  ahead += patience.job + 1;
  await expect(done).rejects.toMatchObject({ code: 'in-doubt' });
}

describe('a printer on the network', () => {
  it('prints a receipt that says where to sit, and when', async () => {
    await printer.print(bytes);
    const [slip] = device.printer.slips;
    expect(slip === undefined ? [] : textOf(slip)).toEqual([
      'かざす音楽会',
      'Kazasu concert',
      '初日',
      'Opening night',
      expect.stringMatching(/^─+$/),
      '座席 Seat',
      '1階 A列 12番',
      expect.stringMatching(/^─+$/),
      'ゲート Gate north-1',
      '時刻 Time 2027/04/10 18:12',
      '券種 Category S',
      '人数 People 2',
      '券番 Ticket K-0001',
      '照会番号 Code 1-572-0',
    ]);
  });

  it('prints the seat in the largest type of all, and the code as bars', async () => {
    await printer.print(bytes);
    const [slip] = device.printer.slips;
    const largest = slip?.lines.flat().reduce((a, b) => (a.high * a.wide >= b.high * b.wide ? a : b));
    expect(largest).toMatchObject({ text: '1階 A列 12番', wide: 3, high: 3 });
    expect(slip?.barcodes).toEqual([expect.stringContaining('1-572-0')]);
  });

  it.each<[PrinterState, (device: NetworkPrinter) => unknown]>([
    ['ready', () => undefined],
    [
      'paper-low',
      ({ printer }) => {
        printer.setPaperLow(true);
      },
    ],
    [
      'paper-out',
      ({ printer }) => {
        printer.loadPaper(0);
      },
    ],
    [
      'cover-open',
      ({ printer }) => {
        printer.setCover('open');
      },
    ],
    [
      'cutter-error',
      ({ printer }) => {
        printer.setCutter('stuck');
      },
    ],
    ['unreachable', (device) => device.switchOff()],
  ])('says that it is %s', async (state, happen) => {
    await happen(device);
    expect(await printer.status()).toMatchObject({
      state,
      prints: state === 'ready' || state === 'paper-low',
    });
  });

  it('is silent where what is there is no receipt printer', async () => {
    device.printer.setMute(true);
    const impatient = openPrinter(parsePrinterAddress(device.address), { patience: { answer: 20 } });
    expect((await impatient.status()).state).toBe('silent');
    impatient.close();
  });

  it.each<[string, (device: NetworkPrinter) => unknown]>([
    [
      'without paper',
      ({ printer }) => {
        printer.loadPaper(0);
      },
    ],
    [
      'with its cover open',
      ({ printer }) => {
        printer.setCover('open');
      },
    ],
    ['gone', (device) => device.switchOff()],
  ])('is sent nothing %s', async (_, happen) => {
    await happen(device);
    let sending = false;
    const job = printer.print(bytes, { onSending: () => (sending = true) });
    await expect(job).rejects.toMatchObject({ code: 'not-sent' });
    expect(sending).toBe(false);
  });

  it('is sent nothing that could not be written down as sent', async () => {
    const job = printer.print(bytes, {
      onSending: () => {
        throw new Error('The disk is full.');
      },
    });
    await expect(job).rejects.toThrow('The disk is full.');
    await printer.status();
    expect(device.printer.half).toBe(false);
    expect(device.printer.slips).toEqual([]);
  });

  it('prints the rest after new paper, and is done only then', async () => {
    device.printer.loadPaper(5);
    const { done, toldWhilePrinting } = watched();
    expect(await toldWhilePrinting).toBe('paper-out');
    expect(device.printer.slips).toHaveLength(0);
    device.printer.loadPaper();
    await done;
    expect(device.printer.slips).toHaveLength(1);
  });

  it('leaves a receipt in doubt whose line broke in the middle', async () => {
    device.breakLineAfter(300);
    await expect(printer.print(bytes)).rejects.toMatchObject({ code: 'in-doubt' });
    expect(device.printer.half).toBe(true);
  });

  it('leaves a receipt in doubt of which a printer that is well says nothing', async () => {
    await printer.print(bytes);
    await printInVain();
  });

  it('sends nothing more to a printer that does not come to the end of the last receipt', async () => {
    device.printer.setFrozen(true);
    const hasty = openPrinter(parsePrinterAddress(device.address), {
      patience: { answer: 50, ask: 5, job: 10 },
    });
    const told: PrinterState[] = [];
    const job = hasty.print(bytes, { onStatus: ({ state }) => told.push(state) });
    await expect(job).rejects.toMatchObject({ code: 'not-sent' });
    expect(told).toEqual(['ready', 'busy']);
    hasty.close();
  });

  it('does not take the late answer to one receipt for that to the next', async () => {
    await printer.print(bytes);
    await printInVain();
    const [slip] = device.printer.slips;
    const next = watched(() => {
      // The paper is enough for the receipt in doubt, whose answer comes now, and for little more.
      device.printer.loadPaper((slip?.lines.length ?? 0) + 2);
      device.printer.setFrozen(false);
    });
    expect(await next.toldWhilePrinting).toBe('paper-out');
    device.printer.loadPaper();
    await next.done;
    expect(device.printer.slips).toHaveLength(3);
  });

  it('cuts off half a receipt before it prints the next', async () => {
    device.breakLineAfter(500);
    await expect(printer.print(bytes)).rejects.toMatchObject({ code: 'in-doubt' });
    await printer.print(bytes);
    const [torn, whole] = device.printer.slips.map(textOf);
    expect(torn).toEqual(whole?.slice(0, torn?.length));
    expect(torn?.length).toBeLessThan(whole?.length ?? 0);
  });

  it('lets go of a job when it is closed', async () => {
    device.printer.loadPaper(5);
    const { done, toldWhilePrinting } = watched();
    await toldWhilePrinting;
    printer.close();
    await expect(done).rejects.toMatchObject({ code: 'in-doubt' });
  });
});
