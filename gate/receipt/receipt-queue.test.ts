import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeldTimer } from '../../test/gate-card/held-timer.ts';
import { runQueue, type QueueRun } from '../../test/receipt/queue-run.ts';
import { printerStatus, type PrinterState } from './printer-state.ts';
import type { Printer, PrintWatch } from './printer.ts';
import { ReceiptError } from './receipt-error.ts';
import { sampleReceipt, type Receipt } from './receipt.ts';
import { openReceiptQueue } from './receipt-queue.ts';
import type { Slip } from './slip.ts';

/** What becomes of a job: `torn` is on paper and `swallowed` is not, and nobody can tell which. */
type Fate = 'printed' | 'not-sent' | 'torn' | 'swallowed' | 'never-ends';

/** A printer with a fate for each job to come; after those it prints. */
class FatefulPrinter implements Printer {
  readonly columns = 48;
  readonly paper: string[] = [];
  state: PrinterState = 'ready';
  fates: Fate[] = [];
  /** Done when a job hangs in the middle. */
  readonly hangs: Promise<void>;
  #hang: () => void = () => undefined;
  #release: () => void = () => undefined;

  constructor() {
    this.hangs = new Promise((resolve) => (this.#hang = resolve));
  }

  status() {
    return Promise.resolve(printerStatus(this.state));
  }

  async print(bytes: Uint8Array, { onSending, onStatus }: PrintWatch = {}): Promise<void> {
    const fate = this.fates.shift() ?? 'printed';
    onStatus?.(printerStatus(fate === 'not-sent' ? 'paper-out' : this.state));
    await Promise.resolve();
    if (fate === 'not-sent') throw new ReceiptError('not-sent', 'No paper.');
    onSending?.();
    await Promise.resolve();
    if (fate === 'printed' || fate === 'torn') this.paper.push(textIn(bytes));
    if (fate === 'never-ends') {
      this.#hang();
      await new Promise<void>((resolve) => (this.#release = resolve));
    }
    if (fate !== 'printed') throw new ReceiptError('in-doubt', 'Nobody knows.');
  }

  close(): void {
    this.#release();
  }
}

/** The code, and whether it is a copy. */
function textIn(bytes: Uint8Array): string {
  const [, code = '', copy] = /(1-\d+)(?:[^C]*(Copy))?/.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  return copy === undefined ? code : `${code} copy`;
}

const slip: Slip = {
  title: { ja: '閉場票', en: 'Closing slip' },
  gate: 'north-1',
  at: 1,
  code: 'closing 1-1',
  large: '1-1',
  lines: [],
};

function receipt(number: number): Receipt {
  return { ...sampleReceipt, at: number, code: `1-${number}`, ticket: `K-${number}` };
}

let folder: string;
let file: string;
let printer: FatefulPrinter;
let open: QueueRun[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-receipts-'));
  file = join(folder, 'receipts.sqlite');
  printer = new FatefulPrinter();
  open = [];
});
afterEach(async () => {
  printer.close();
  for (const { queue } of open) await queue.close();
  rmSync(folder, { recursive: true });
});

function start(with_: FatefulPrinter = printer): QueueRun {
  const run = runQueue(file, with_);
  open.push(run);
  return run;
}

describe('the queue of receipts', () => {
  it('prints in the order of the admissions', async () => {
    const { queue, settled } = start();
    for (const number of [1, 2, 3]) queue.add(receipt(number));
    await settled();
    expect(printer.paper).toEqual(['1-1', '1-2', '1-3']);
  });

  it('tries again what was not sent, and tells the staff why it waits', async () => {
    printer.fates = ['not-sent', 'not-sent'];
    const { queue, settled, events } = start();
    queue.add(receipt(1));
    await settled();
    expect(printer.paper).toEqual(['1-1']);
    const states = events.flatMap((event) => (event.kind === 'printer' ? [event.status.state] : []));
    expect(states).toContain('paper-out');
    expect(events.at(-1)).toEqual({ kind: 'receipts', waiting: 0, inDoubt: 0 });
  });

  it.each<Fate>(['torn', 'swallowed'])(
    'does not print again by itself what is in doubt (%s)',
    async (fate) => {
      printer.fates = [fate];
      const { queue, settled, events } = start();
      queue.add(receipt(1));
      queue.add(receipt(2));
      await settled();
      expect(printer.paper.filter((code) => code === '1-1')).toHaveLength(fate === 'torn' ? 1 : 0);
      expect(queue.state().inDoubt).toEqual([{ code: '1-1', ticket: 'K-1' }]);
      expect(events).toContainEqual(expect.objectContaining({ kind: 'in-doubt', code: '1-1' }));
    },
  );

  it('holds in doubt what was on its way when the program ended', async () => {
    printer.fates = ['never-ends'];
    const before = start();
    before.queue.add(receipt(1));
    before.queue.add(receipt(2));
    await printer.hangs;
    // The next program opens the file of one that is dead: it closed nothing.
    const next = start(new FatefulPrinter());
    await next.settled();
    expect(next.queue.state()).toMatchObject({ waiting: 0, inDoubt: [{ code: '1-1', ticket: 'K-1' }] });
  });

  it('prints after a start what waited before it', async () => {
    printer.fates = Array<Fate>(3).fill('not-sent');
    const before = start();
    before.queue.add(receipt(1));
    await before.queue.close();
    const next = start();
    await next.settled();
    expect(printer.paper).toEqual(['1-1']);
  });

  it('takes the receipt of one entry once', async () => {
    const { queue, settled } = start();
    queue.add(receipt(1));
    queue.add(receipt(1));
    await settled();
    expect(printer.paper).toEqual(['1-1']);
  });

  it.each(['1-1', 'K-1', ' １－１ '])(
    'prints a copy, and says that it is one, when staff ask by %s',
    async (by) => {
      const { queue, settled } = start();
      queue.add(receipt(1));
      await settled();
      expect(queue.reprint(by)).toBe('1-1');
      await settled();
      expect(printer.paper).toEqual(['1-1', '1-1 copy']);
    },
  );

  it('does not queue a copy of what waits', async () => {
    printer.fates = ['not-sent'];
    const { queue, settled } = start();
    queue.add(receipt(1));
    queue.reprint('1-1');
    await settled();
    expect(printer.paper).toEqual(['1-1']);
  });

  it('knows of no receipt that it never had', () => {
    const { queue } = start();
    expect(() => queue.reprint('K-9')).toThrow('No receipt with this code or ticket number');
  });

  it('forgets a doubt when staff have found the paper, or asked for another', async () => {
    printer.fates = ['torn', 'swallowed'];
    const { queue, settled } = start();
    queue.add(receipt(1));
    queue.add(receipt(2));
    await settled();
    expect(queue.dismiss('1-1')).toBe(true);
    expect(queue.dismiss('1-1')).toBe(false);
    queue.reprint('1-2');
    await settled();
    expect(queue.state().inDoubt).toEqual([]);
    expect(printer.paper).toEqual(['1-1', '1-2 copy']);
  });

  it('prints in the ordinary form where the pack’s template cannot be used, and says so', async () => {
    const { queue, settled, events } = start();
    queue.useTemplate('{name}');
    queue.add(receipt(1));
    await settled();
    expect(printer.paper).toEqual(['1-1']);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'template-wrong',
        reason: expect.stringContaining('{name}') as string,
      }),
    );
  });

  it('keeps a damaged file aside and begins a new one', async () => {
    writeFileSync(file, Buffer.alloc(8192, 'not a database'));
    const { queue, settled, events } = start();
    queue.add(receipt(1));
    await settled();
    expect(printer.paper).toEqual(['1-1']);
    expect(events[0]).toMatchObject({ kind: 'receipts-damaged' });
    expect(readdirSync(folder).some((name) => name.includes('.damaged-'))).toBe(true);
  });

  it('lets taps go on where a receipt cannot be kept, and says of which', async () => {
    const { queue, settled, events } = start();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    queue.add(receipt(1));
    expect(events).toContainEqual(expect.objectContaining({ kind: 'receipt-lost', code: '1-1' }));
    other.exec('ROLLBACK');
    other.close();
    queue.add(receipt(2));
    await settled();
    expect(printer.paper).toEqual(['1-2']);
    await queue.close();
    queue.add(receipt(3));
    expect(events.at(-1)).toMatchObject({ kind: 'receipt-lost', code: '1-3' });
  });

  it('agrees with a model whatever happens: nothing lost, nothing doubled without a word', async () => {
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), number: fc.nat(6) }) },
      fc.record({ do: fc.constant('reprint' as const), number: fc.nat(6) }),
      fc.record({ do: fc.constant('dismiss' as const), number: fc.nat(6) }),
      fc.constant({ do: 'restart' as const }),
      fc.constant({ do: 'settle' as const }),
    );
    const fates = fc.array(fc.constantFrom<Fate>('printed', 'not-sent', 'torn', 'swallowed'), {
      maxLength: 12,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 14 }), fates, async (acts, fate) => {
        run += 1;
        const place = join(folder, `model-${run}.sqlite`);
        const paper = new FatefulPrinter();
        paper.fates = [...fate];
        const added = new Set<string>();
        const doubted = new Map<string, number>();
        let copies = 0;
        let queue = runQueue(place, paper);
        const count = (): void => {
          for (const event of queue.events)
            if (event.kind === 'in-doubt') doubted.set(event.code, (doubted.get(event.code) ?? 0) + 1);
        };
        for (const each of acts) {
          if (each.do === 'add') {
            queue.queue.add(receipt(each.number));
            added.add(`1-${each.number}`);
          } else if (each.do === 'reprint') {
            if (added.has(`1-${each.number}`)) {
              const before = queue.queue.state().waiting;
              queue.queue.reprint(`K-${each.number}`);
              copies += queue.queue.state().waiting - before;
            } else expect(() => queue.queue.reprint(`K-${each.number}`)).toThrow(ReceiptError);
          } else if (each.do === 'dismiss') {
            const inDoubt = queue.queue.state().inDoubt.some(({ code }) => code === `1-${each.number}`);
            expect(queue.queue.dismiss(`1-${each.number}`)).toBe(inDoubt);
          } else if (each.do === 'restart') {
            await queue.queue.close();
            count();
            queue = runQueue(place, paper);
          } else {
            await queue.settled();
          }
        }
        await queue.settled();
        count();
        await queue.queue.close();
        for (const code of added) {
          const originals = paper.paper.filter((each) => each === code).length;
          expect(originals).toBeLessThanOrEqual(1);
          if (originals === 0) expect(doubted.get(code)).toBeGreaterThanOrEqual(1);
        }
        const doubts = [...doubted.values()].reduce((a, b) => a + b, 0);
        const onPaper = paper.paper.length;
        expect(onPaper).toBeLessThanOrEqual(added.size + copies);
        expect(onPaper + doubts).toBeGreaterThanOrEqual(added.size + copies);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a slip that is waited for', () => {
  it('is on paper when it is said to be', async () => {
    const { queue } = start();
    expect(await queue.printNow(slip, 10_000)).toBe(true);
    expect(printer.paper).toEqual(['1-1']);
  });

  it.each<Fate>(['torn', 'swallowed'])('is not said to be on paper where nobody knows (%s)', async (fate) => {
    printer.fates = [fate];
    const { queue } = start();
    expect(await queue.printNow(slip, 10_000)).toBe(false);
    expect(queue.state().inDoubt).toEqual([{ code: slip.code }]);
  });

  it('is waited for no longer than was said, and comes out after the next start', async () => {
    printer.fates = Array<Fate>(50).fill('not-sent');
    const timer = new HeldTimer();
    const queue = openReceiptQueue({ file, printer, template: '', timer, tell: () => undefined });
    let printed: boolean | undefined;
    const waiting = queue.printNow(slip, 10_000).then((was) => (printed = was));
    for (const milliseconds of [9_999, 1]) {
      await new Promise(setImmediate);
      expect(printed).toBeUndefined();
      timer.pass(milliseconds);
    }
    await waiting;
    expect(printed).toBe(false);
    const closing = queue.close();
    timer.pass(3_000);
    await closing;
    printer.fates = [];
    await start().settled();
    expect(printer.paper).toEqual(['1-1']);
  });

  it('is not waited for at all where it cannot be queued', async () => {
    const { queue } = start();
    await queue.close();
    expect(await queue.printNow(slip, 10_000)).toBe(false);
  });
});
