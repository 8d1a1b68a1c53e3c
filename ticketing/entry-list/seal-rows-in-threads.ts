import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EntryListError } from './entry-list-error.ts';
import { RowSealer } from './row-sealer.ts';
import type { RowsToSeal } from './rows-to-seal.ts';

/** What a thread says of its work: how many more rows are sealed. */
export interface SealedRows {
  readonly sealed: number;
}

export interface ThreadWork {
  readonly rows: RowsToSeal;
  readonly from: number;
  readonly to: number;
}

/** The threads that share the work, and the program that each runs. */
export interface Team {
  readonly size: number;
  readonly file: URL;
}

/** Below this, threads cost more than they save. */
const leastForThreads = 20_000;
const mostThreads = 8;
const chunk = 2000;

/**
 * Seals all rows, over all cores where the list is long, and tells after each part how many are done. The
 * event loop keeps turning meanwhile: a service that exports a list goes on answering.
 */
export async function sealAllRows(
  rows: RowsToSeal,
  onProgress: (sealed: number) => void,
  team = teamFor(rows.repeats.length),
): Promise<void> {
  const count = rows.repeats.length;
  if (team === undefined) return sealHere(rows, count, onProgress);
  let done = 0;
  const share = Math.ceil(count / team.size);
  const parts = Array.from({ length: team.size }, (_, part) =>
    sealInThread(
      team.file,
      { rows, from: part * share, to: Math.min(count, (part + 1) * share) },
      (sealed) => {
        done += sealed;
        onProgress(done);
      },
    ),
  );
  await Promise.all(parts);
}

async function sealHere(
  rows: RowsToSeal,
  count: number,
  onProgress: (sealed: number) => void,
): Promise<void> {
  const sealer = new RowSealer(rows);
  for (let from = 0; from < count; from += chunk) {
    const to = Math.min(count, from + chunk);
    for (let row = from; row < to; row += 1) sealer.seal(row);
    onProgress(to);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function sealInThread(file: URL, work: ThreadWork, onSealed: (sealed: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: work });
    worker.on('message', ({ sealed }: SealedRows) => {
      onSealed(sealed);
    });
    worker.on('error', reject);
    worker.on('exit', (status) => {
      if (status === 0) resolve();
      else
        reject(new EntryListError('cannot-write', 'A thread that sealed records ended early; export again.'));
    });
  });
}

/** No team where the list is short, or the program runs from its TypeScript, which a thread cannot load. */
function teamFor(count: number): Team | undefined {
  if (count < leastForThreads || !import.meta.url.endsWith('.js')) return undefined;
  const file = new URL('./seal-rows-thread.js', import.meta.url);
  return { size: Math.min(mostThreads, availableParallelism()), file };
}
