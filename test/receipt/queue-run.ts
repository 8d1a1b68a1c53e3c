import type { ReceiptEvent } from '../../gate/receipt/receipt-event.ts';
import { openReceiptQueue, type ReceiptQueue } from '../../gate/receipt/receipt-queue.ts';
import type { Printer } from '../../gate/receipt/printer.ts';
import type { Timer } from '../../gate/reader/timer.ts';

/** A queue whose pauses are over at once, except where it has nothing to do. */
export interface QueueRun {
  readonly queue: ReceiptQueue;
  readonly events: readonly ReceiptEvent[];
  /** Done when nothing waits any more. */
  readonly settled: () => Promise<void>;
}

/** Tries again at once; a look at an idle printer and the end of a close never come. */
const eager: Timer = {
  now: () => performance.now(),
  after(milliseconds, act) {
    if (milliseconds !== 2000) return () => undefined;
    const soon = setTimeout(act, 1);
    return () => {
      clearTimeout(soon);
    };
  },
};

export function runQueue(file: string, printer: Printer, template = '{code} {copy.en}'): QueueRun {
  const events: ReceiptEvent[] = [];
  const waiting = new Set<() => void>();
  const queue = openReceiptQueue({
    file,
    printer,
    template,
    timer: eager,
    tell: (event) => {
      events.push(event);
      for (const check of waiting) check();
    },
  });
  const settled = (): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (queue.state().waiting > 0) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return { queue, events, settled };
}
