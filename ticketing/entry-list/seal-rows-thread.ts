import { parentPort, workerData } from 'node:worker_threads';
import { RowSealer } from './row-sealer.ts';
import type { SealedRows, ThreadWork } from './seal-rows-in-threads.ts';

// A thread that seals its share of a list's rows in the buffers it was given.
const chunk = 5000;
const { rows, from, to } = workerData as ThreadWork;
const sealer = new RowSealer(rows);
for (let at = from; at < to; at += chunk) {
  const end = Math.min(to, at + chunk);
  for (let row = at; row < end; row += 1) sealer.seal(row);
  parentPort?.postMessage({ sealed: end - at } satisfies SealedRows);
}
