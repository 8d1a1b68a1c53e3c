import { randomBytes } from 'node:crypto';
import { writeDelta } from '../ticketing/entry-list/write-entry-list.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import {
  benchSigner,
  million,
  openBenchList,
  plainRecord,
  StoredHashes,
  timed,
  writeBenchList,
} from './list-world.ts';

const deltas = 20;
const changes = 100;

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
  const list = openBenchList(bytes, signer);
  const author = openBenchList(bytes, signer);
  say(`applying ${deltas} deltas of ${changes} changes while look-ups go on`);
  const tapping = new Tapping(
    (tap) => typeof list.find(hashes.ofCard(100_000 + (tap % 100_000))) === 'object',
  );
  const applied: number[] = [];
  let size = 0;
  for (let number = 0; number < deltas; number += 1) {
    const first = number * changes;
    const changed = Array.from({ length: changes - 20 }, (_, at) => first + at);
    const delta = await writeDelta({
      base: author,
      version: number + 2,
      issuedAt: new Date(),
      signer,
      written: changed.map((entry) => ({
        serialHash: entry % 2 === 0 ? hashes.ofCard(entry) : randomBytes(32),
        ticketHash: hashes.ofTicket(entry),
        record: { ...plainRecord(entry), seat: '2階 移動席' },
      })),
      withdrawn: [80, 82, 84, 86, 88, 90, 92, 94, 96, 98].map((at) => hashes.ofCard(first + at)),
      revoked: [81, 83, 85, 87, 89, 91, 93, 95, 97, 99].map((at) => hashes.ofCard(first + at)),
    });
    author.apply(delta);
    size = delta.length;
    await tapping.for(20);
    applied.push((await timed(() => list.apply(delta))).ms);
    await tapping.for(20);
  }
  const longest = tapping.end();
  const worst = Math.max(longest, ...applied);
  return {
    id: 'list-delta',
    value: worst,
    unit: 'ms',
    reach: 'no tap over 20 ms',
    met: worst <= 20,
    beside: [],
    note: `${deltas} deltas, each of ${changes} changes (${size} bytes), on one list of 1 M; a look-up that also unseals its record is asked for every 1 ms, and its wait counts from when it was due. Applying one took ${Math.max(...applied).toFixed(1)} ms at most.`,
  };
}

/** Look-ups at a steady beat; how late the latest was done, from when it was due. */
class Tapping {
  readonly #timer: NodeJS.Timeout;
  #due = performance.now();
  #taps = 0;
  #longest = 0;

  constructor(tap: (number: number) => boolean) {
    this.#timer = setInterval(() => {
      const due = this.#due;
      if (!tap(this.#taps)) throw new Error('A tap during a delta did not find its record.');
      const done = performance.now();
      // The first beats belong to the start, not to any delta.
      if (this.#taps > 20) this.#longest = Math.max(this.#longest, done - due);
      this.#due = done + 1;
      this.#taps += 1;
    }, 1);
  }

  for(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  end(): number {
    clearInterval(this.#timer);
    return this.#longest;
  }
}
