import { randomBytes } from 'node:crypto';
import type { Signer } from '../hsm/keys/signer.ts';
import type { Entry } from '../ticketing/entry-list/entry-record.ts';
import { writeDelta } from '../ticketing/entry-list/write-entry-list.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import {
  benchSigner,
  million,
  openBenchList,
  plainRecord,
  StoredHashes,
  writeBenchList,
} from './list-world.ts';

const deltas = 20;
const changes = 100;
const beat = 2;
const hashLength = 32;

/** The longest that a tap waits for its look-up while deltas are applied to a list of a million. */
export const listDelta: Benchmark = {
  id: 'list-delta',
  title: '100 changes applied to 1 M entries while taps go on',
  run: measure,
};

async function measure(say: (text: string) => void): Promise<BenchmarkResult> {
  const signer = benchSigner();
  const hashes = new StoredHashes(million);
  say('writing a list of a million');
  const bytes = await writeBenchList(hashes, false, signer);
  say(`writing ${deltas} deltas of ${changes} changes`);
  const files = await writeDeltas(hashes, bytes, signer);
  const list = openBenchList(bytes, signer);
  say('applying them while look-ups go on');
  const tapping = new Tapping(
    (tap) => typeof list.find(hashes.ofCard(100_000 + (tap % 100_000))) === 'object',
  );
  await tapping.for(500);
  const alone = tapping.takeLongest();
  let slowest = 0;
  for (const file of files) {
    const start = performance.now();
    list.apply(file);
    slowest = Math.max(slowest, performance.now() - start);
    await tapping.for(50);
  }
  const longest = tapping.takeLongest();
  tapping.end();
  return {
    id: 'list-delta',
    value: longest,
    unit: 'ms',
    reach: 'no tap over 20 ms',
    met: longest <= 20,
    beside: [{ name: 'the longest such wait without deltas (ms)', value: alone, ratio: alone / longest }],
    note: `${deltas} deltas, each of ${changes} changes (${files[0]?.length ?? 0} bytes), over one list of 1 M. A look-up that unseals its record is due every ${beat} ms; its wait counts from when it was due to its answer. Applying a delta took ${slowest.toFixed(1)} ms at most.`,
  };
}

async function writeDeltas(hashes: StoredHashes, bytes: Uint8Array, signer: Signer): Promise<Uint8Array[]> {
  const author = openBenchList(bytes, signer);
  const files: Uint8Array[] = [];
  for (let number = 0; number < deltas; number += 1) {
    const first = number * changes;
    const delta = await writeDelta({
      base: author,
      version: number + 2,
      issuedAt: new Date(),
      signer,
      written: Array.from({ length: changes - 20 }, (_, at) => changedEntry(hashes, first + at)),
      withdrawn: Array.from({ length: 10 }, (_, at) => hashes.ofCard(first + 80 + at)),
      revoked: Array.from({ length: 10 }, (_, at) => hashes.ofCard(first + 90 + at)),
    });
    author.apply(delta);
    files.push(delta);
  }
  return files;
}

/** Every second one has another seat, every other one another card. */
function changedEntry(hashes: StoredHashes, entry: number): Entry {
  return {
    serialHash: entry % 2 === 0 ? hashes.ofCard(entry) : randomBytes(hashLength),
    ticketHash: hashes.ofTicket(entry),
    record: { ...plainRecord(entry), seat: '2階 移動席' },
  };
}

/** Look-ups at a steady beat, and how long the slowest of them was waited for. */
class Tapping {
  readonly #timer: NodeJS.Timeout;
  #due = performance.now() + beat;
  #taps = 0;
  #longest = 0;

  constructor(tap: (number: number) => boolean) {
    this.#timer = setInterval(() => {
      if (!tap(this.#taps)) throw new Error('A tap during a delta did not find its record.');
      const done = performance.now();
      this.#longest = Math.max(this.#longest, done - this.#due);
      this.#due = done + beat;
      this.#taps += 1;
    }, beat);
  }

  for(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  takeLongest(): number {
    const longest = this.#longest;
    this.#longest = 0;
    return longest;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
