import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPrinter } from '../../gate/receipt/open-printer.ts';
import { parsePrinterAddress } from '../../gate/receipt/printer-address.ts';
import { sampleReceipt } from '../../gate/receipt/receipt.ts';
import { buildChild, childEnvironment } from '../journal/child-program.ts';
import { startNetworkPrinter, type NetworkPrinter } from '../printer/network-printer.ts';
import { textOf } from '../printer/paper.ts';
import { runQueue } from './queue-run.ts';

let folder: string;
let device: NetworkPrinter;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-receipt-faults-'));
  await buildChild('../receipt/printing-child.ts', join(folder, 'child.cjs'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  device = await startNetworkPrinter();
});
afterEach(async () => {
  await device.close();
});

/** How often each code lies on the counter. */
function onPaper(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const code of device.printer.slips.flatMap(textOf)) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

function openDevice() {
  return openPrinter(parsePrinterAddress(device.address), { patience: { ask: 5, job: 30, quiet: 30 } });
}

type Fault = 'break' | 'off' | 'paper' | 'cover' | 'cutter' | 'frozen' | 'none';

const mend: Readonly<Record<Fault, () => unknown>> = {
  break: () => undefined,
  off: () => device.switchOn(),
  paper: () => {
    device.printer.loadPaper();
  },
  cover: () => {
    device.printer.setCover('closed');
  },
  cutter: () => {
    device.printer.setCutter('free');
  },
  frozen: () => {
    device.printer.setFrozen(false);
  },
  none: () => undefined,
};

const happen: Readonly<Record<Fault, (size: number) => unknown>> = {
  break: (bytes) => {
    device.breakLineAfter(bytes);
  },
  off: () => device.switchOff(),
  paper: (size) => {
    device.printer.loadPaper(size % 4);
  },
  cover: () => {
    device.printer.setCover('open');
  },
  cutter: () => {
    device.printer.setCutter('stuck');
  },
  frozen: () => {
    device.printer.setFrozen(true);
  },
  none: () => undefined,
};

describe('a queue with a printer at the end of a cable', () => {
  it('loses nothing and doubles nothing through random faults', async () => {
    const step = fc.record({
      fault: fc.constantFrom<Fault>('break', 'off', 'paper', 'cover', 'cutter', 'frozen', 'none'),
      size: fc.nat(400),
      receipts: fc.integer({ min: 1, max: 3 }),
      rounds: fc.nat(6),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        run += 1;
        await device.close();
        device = await startNetworkPrinter();
        const { queue, settled } = runQueue(join(folder, `faults-${run}.sqlite`), openDevice(), '{code}');
        const added: string[] = [];
        for (const { fault, size, receipts, rounds } of steps) {
          await happen[fault](size);
          for (let n = 0; n < receipts; n += 1) {
            const number = added.length;
            queue.add({ ...sampleReceipt, at: number, code: `1-${number}` });
            added.push(`1-${number}`);
          }
          for (let n = 0; n < rounds; n += 1) await new Promise((resolve) => setImmediate(resolve));
          await mend[fault]();
        }
        await settled();
        const doubtful = new Set(queue.state().inDoubt.map(({ code }) => code));
        await queue.close();
        const counts = onPaper();
        for (const code of added) {
          const printed = counts.get(code) ?? 0;
          if (doubtful.has(code)) expect(printed).toBeLessThanOrEqual(1);
          else expect(printed, code).toBe(1);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('loses nothing and doubles nothing when the gate is killed, again and again', async () => {
    const file = join(folder, 'killed.sqlite');
    let next = 0;
    for (let round = 0; round < 12; round += 1) {
      const env = childEnvironment({ QUEUE_FILE: file, PRINTER: device.address, FIRST: String(next) });
      const child = spawn(process.execPath, [join(folder, 'child.cjs')], { env });
      // In every other round the printer holds a receipt when the gate is killed.
      const lastKept = await killedAfter(child, 5 + ((round * 7) % 31), (receipts) => {
        if (receipts === 4 && round % 2 === 1) device.printer.setFrozen(true);
      });
      device.printer.setFrozen(false);
      next = lastKept + 1;
    }
    const { queue, settled } = runQueue(file, openDevice(), '{code}');
    await settled();
    const doubtful = new Set(queue.state().inDoubt.map(({ code }) => code));
    await queue.close();
    const counts = onPaper();
    // Of each round at most the one receipt that was on its way is in doubt.
    expect(doubtful.size).toBeLessThanOrEqual(12);
    for (let number = 0; number < next; number += 1) {
      const code = `1-${number}`;
      const printed = counts.get(code) ?? 0;
      if (doubtful.has(code)) expect(printed).toBeLessThanOrEqual(1);
      else expect(printed, code).toBe(1);
    }
  });
});

/** Kills a child when it has kept so many receipts; answers the last one that it said it kept. */
async function killedAfter(
  child: ChildProcess,
  receipts: number,
  onKept: (receipts: number) => void,
): Promise<number> {
  if (child.stdout === null) throw new Error('The child has no output.');
  const ended = once(child, 'exit');
  let kept = -1;
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    kept = Number(line);
    lines += 1;
    onKept(lines);
    if (lines === receipts) child.kill('SIGKILL');
  }
  await ended;
  return kept;
}
