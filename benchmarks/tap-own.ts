import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { listed, openBenchGate } from './gate-bench/bench-gate.ts';
import { holdInProcess } from './gate-bench/held-card.ts';
import { distribution, inWords, loadNow, spreadOf } from './gate-bench/spread.ts';
import { tapFloor } from './gate-bench/tap-floor.ts';
import { admitted, crowdCards, inTurn } from './gate-bench/take-taps.ts';
import { WallClock } from './gate-bench/wall-clock.ts';

const cards = 20;
const warmUp = 300;
const taps = 3000;

interface Measured {
  /** The gate's own milliseconds of each tap. */
  readonly own: readonly number[];
  /** Of the HSM and the disk alone, in the same minute. */
  readonly floor: readonly number[];
}

/** The gate's own share of a tap, on real parts: SoftHSM, a sealed list, a journal that is on disk. */
export const tapOwn: Benchmark = {
  id: 'tap-own',
  title: 'the gate’s own share of a tap: everything but card and air',
  asGate: true,
  async run(say): Promise<BenchmarkResult> {
    const read = await measure(false, say);
    const pinned = await measure(true, say);
    const [certificate, pin] = [spreadOf(read.own), spreadOf(pinned.own)];
    const floor = spreadOf([...read.floor, ...pinned.floor]);
    const p99 = Math.max(certificate.p99, pin.p99);
    return {
      id: 'tap-own',
      value: p99,
      unit: 'ms (p99)',
      reach: 'p99 ≤ 5 ms',
      met: p99 <= 5,
      beside: [
        {
          name: 'median, certificate read whole',
          value: certificate.median,
          ratio: certificate.median / p99,
        },
        { name: 'median, with pinned keys', value: pin.median, ratio: pin.median / p99 },
        { name: 'bound: HSM and disk alone, p99', value: floor.p99, ratio: floor.p99 / p99 },
        { name: 'bound: HSM and disk alone, median', value: floor.median, ratio: floor.median / p99 },
      ],
      note:
        `${taps} taps of ${cards} cards each way, a list of ${listed} entries, SoftHSM, journal with ` +
        'synchronous=FULL on this machine’s disk. Cards answer in this process; the milliseconds that they ' +
        'compute are taken off, all else is counted, the HSM’s work too where nothing hides it, and also what ' +
        'one tap leaves behind for the next that follows at once. With the certificate read and checked: ' +
        `${inWords(certificate)}. With pinned keys: ${inWords(pin)}. The value is the greater p99. The bound is ` +
        'what no gate can do without, each time one after the other: the terminal key’s RSA signature in ' +
        `SoftHSM, and a tap’s pages written and on the disk: ${inWords(floor)}. ${loadNow()}`,
      plots: [
        {
          title: 'The gate’s own share of a tap',
          x: { label: 'ms', log: true },
          y: { label: '% of taps at or under' },
          series: [
            { name: 'HSM and disk alone', points: distribution([...read.floor, ...pinned.floor]) },
            { name: 'certificate read', points: distribution(read.own) },
            { name: 'pinned key', points: distribution(pinned.own) },
          ],
        },
      ],
    };
  },
};

async function measure(pinned: boolean, say: (text: string) => void): Promise<Measured> {
  say(`a gate with a list of ${listed}${pinned ? ' and pinned keys' : ''}`);
  const clock = new WallClock(cards);
  const bench = await openBenchGate({ crowd: cards, pinned }, clock.now);
  try {
    const crowd = crowdCards(bench.world);
    say(`${taps} taps after ${warmUp} to warm up`);
    const own: number[] = [];
    for (let tap = -warmUp; tap < taps; tap += 1) {
      clock.nextTap();
      const held = holdInProcess(inTurn(crowd, tap + warmUp));
      await admitted(bench.gate.tap(held.arrived));
      const all = performance.now() - held.arrived.arrivedAt;
      if (tap >= 0) own.push(all - held.computed());
    }
    say('what the HSM and the disk take alone');
    return { own, floor: await tapFloor(bench, taps / 2) };
  } finally {
    await bench.close();
  }
}
