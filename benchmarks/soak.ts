import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { listed, openBenchGate, type BenchGate } from './gate-bench/bench-gate.ts';
import { holdInProcess } from './gate-bench/held-card.ts';
import { inWords, loadNow, ms, spreadOf, type Spread } from './gate-bench/spread.ts';
import { admitted, crowdCards, inTurn } from './gate-bench/take-taps.ts';
import { WallClock } from './gate-bench/wall-clock.ts';

const million = 1_000_000;
const cards = 20;
const readers = 2;
const tenths = 10;
/** For as long a soak may take, and the taps from which it is known how many that are. */
const minutes = Number(process.env['KAZASU_SOAK_MINUTES'] ?? 40);
const trial = 4000;
/** In each tenth memory is looked at so often, each time after a full collection. */
const looks = 10;

/** A tenth of the taps: the gate's own share of each, and the process's memory meanwhile. */
interface Tenth {
  readonly own: Spread;
  readonly megabytes: number;
  readonly heap: number;
}

/** A gate that takes taps on two readers without a pause, for as many as several years at one lane. */
export const soak: Benchmark = {
  id: 'soak',
  title: 'soak: a million taps, one after the other on each of two readers',
  asGate: true,
  async run(say): Promise<BenchmarkResult> {
    say(`a gate with a list of ${listed}`);
    const clock = new WallClock(cards / readers);
    const bench = await openBenchGate({ crowd: cards }, clock.now);
    const measured: Tenth[] = [];
    let taps = million;
    let began = 0;
    try {
      taps = await affordable(bench, clock);
      say(`${taps} taps on ${readers} readers`);
      began = performance.now();
      for (let tenth = 1; tenth <= tenths; tenth += 1) {
        measured.push(await takeTenth(bench, clock, taps / tenths));
        say(`${(taps / tenths) * tenth} taps in ${Math.round((performance.now() - began) / 1000)} s`);
      }
    } finally {
      await bench.close();
    }
    return resultOf(taps, (performance.now() - began) / 1000, measured);
  },
};

/** A million taps, or as many as the minutes allow on a machine that is slow or busy. */
async function affordable(bench: BenchGate, clock: WallClock): Promise<number> {
  const began = performance.now();
  await takeTenth(bench, clock, trial);
  const eachMinute = (60_000 * trial) / (performance.now() - began);
  return Math.min(million, Math.max(20_000, Math.floor((minutes * eachMinute) / 1000) * 1000));
}

async function takeTenth(bench: BenchGate, clock: WallClock, taps: number): Promise<Tenth> {
  const own: number[] = [];
  const megabytes: number[] = [];
  const heap: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    await Promise.all(
      Array.from({ length: readers }, (_, reader) => lane(bench, clock, reader, taps / looks / readers, own)),
    );
    globalThis.gc?.();
    const memory = process.memoryUsage();
    megabytes.push(memory.rss / 2 ** 20);
    heap.push((memory.heapUsed + memory.external) / 2 ** 20);
  }
  return { own: spreadOf(own), megabytes: spreadOf(megabytes).median, heap: spreadOf(heap).median };
}

/** The cards that come to one reader. No card is at both. */
async function lane(
  { world, gate }: BenchGate,
  clock: WallClock,
  reader: number,
  taps: number,
  own: number[],
): Promise<void> {
  const mine = crowdCards(world).filter((_, index) => index % readers === reader);
  for (let tap = 0; tap < taps; tap += 1) {
    clock.nextTap();
    const held = holdInProcess(inTurn(mine, tap));
    await admitted(gate.tap(held.arrived));
    own.push(performance.now() - held.arrived.arrivedAt - held.computed());
  }
}

function resultOf(taps: number, seconds: number, measured: readonly Tenth[]): BenchmarkResult {
  const [second, last] = [measured[1], measured.at(-1)];
  if (second === undefined || last === undefined) throw new Error('A soak has ten tenths.');
  const grown = 100 * (last.megabytes / second.megabytes - 1);
  const slower = 100 * (last.own.p99 / second.own.p99 - 1);
  const points = (of: (tenth: Tenth) => number): [number, number][] =>
    measured.map((tenth, index) => [((index + 1) * taps) / tenths, of(tenth)]);
  return {
    id: 'soak',
    value: grown,
    unit: '% of memory',
    reach: '1 M taps; memory flat (last tenth within 5 % of the second tenth), p99 unchanged',
    met: taps >= million && Math.abs(grown) <= 5 && slower <= 10,
    beside: [
      {
        name: 'p99 of the last tenth over the second’s, %',
        value: slower,
        ratio: last.own.p99 / second.own.p99,
      },
      { name: 'taps a second', value: taps / seconds, ratio: 1 },
    ],
    note:
      `${taps} taps in ${Math.round(seconds)} s on ${readers} readers at once, ${cards} cards in turn, each an ` +
      `admission of its own; list of ${listed} entries, SoftHSM, synchronous=FULL, certificates read whole and ` +
      'checked. The cards compute in this process, so their memory is in the figure. Resident memory, median ' +
      `of ${looks} looks a tenth, each after a full collection: second tenth ${ms(second.megabytes)} MiB, last ` +
      `${ms(last.megabytes)} MiB (heap and buffers ${ms(second.heap)} and ${ms(last.heap)}). The gate’s share of ` +
      `a tap with another reader at work: second tenth ${inWords(second.own)}; last ${inWords(last.own)}. ` +
      'Unchanged is taken as no more than a tenth slower: the machine is shared. ' +
      (taps >= million
        ? ''
        : `Only as many taps as ${minutes} minutes allowed, not the million, so not met. `) +
      loadNow(),
    plots: [
      {
        title: 'Memory over the soak',
        x: { label: 'taps' },
        y: { label: 'MiB' },
        series: [
          { name: 'resident', points: points(({ megabytes }) => megabytes) },
          { name: 'heap and buffers', points: points(({ heap }) => heap) },
        ],
      },
      {
        title: 'The gate’s share of a tap over the soak',
        x: { label: 'taps' },
        y: { label: 'ms' },
        series: [
          { name: 'p99', points: points(({ own }) => own.p99) },
          { name: 'median', points: points(({ own }) => own.median) },
        ],
      },
    ],
  };
}
