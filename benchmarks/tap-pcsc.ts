import { join } from 'node:path';
import { startPrivatePcscd } from '../test/reader/private-pcscd.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { listed, openBenchGate } from './gate-bench/bench-gate.ts';
import { heldAnew, watchField } from './gate-bench/field.ts';
import { distribution, inWords, loadNow, spreadOf } from './gate-bench/spread.ts';
import { admitted, crowdCards, inTurn } from './gate-bench/take-taps.ts';
import { WallClock } from './gate-bench/wall-clock.ts';

const cards = 5;
const tapsOfEach = 300;
const warmUp = 20;

/** Taps through a real pcscd and a virtual reader, by cards that take no time of their own to answer. */
export const tapPcsc: Benchmark = {
  id: 'tap-pcsc',
  title: 'a tap through real pcscd with a virtual card at full speed',
  asGate: true,
  async run(say): Promise<BenchmarkResult> {
    say(`a gate with a list of ${listed}, and a PC/SC service of its own`);
    const clock = new WallClock(1);
    const bench = await openBenchGate({ crowd: cards }, clock.now);
    const pcscd = await startPrivatePcscd({ folder: join(bench.folder, 'reader'), readers: 1 });
    process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket;
    const milliseconds: number[] = [];
    try {
      const crowd = crowdCards(bench.world);
      const field = watchField();
      for (let turn = 0; turn < cards; turn += 1) {
        say(`${tapsOfEach} taps of card ${turn + 1} of ${cards}`);
        await field.with(pcscd, inTurn(crowd, turn), async (card) => {
          for (let tap = -warmUp; tap < tapsOfEach; tap += 1) {
            clock.nextTap();
            const began = performance.now();
            await admitted(bench.gate.tap(heldAnew(card)));
            if (tap >= 0) milliseconds.push(performance.now() - began);
          }
        });
      }
      await field.close();
    } finally {
      await pcscd.close();
      await bench.close();
    }
    return resultOf(milliseconds);
  },
};

function resultOf(milliseconds: readonly number[]): BenchmarkResult {
  const spread = spreadOf(milliseconds);
  const perSecond = (1000 * milliseconds.length) / milliseconds.reduce((sum, each) => sum + each, 0);
  return {
    id: 'tap-pcsc',
    value: spread.p99,
    unit: 'ms (p99)',
    reach: 'p99 ≤ 20 ms, ≥ 80 taps/s on one reader',
    met: spread.p99 <= 20 && perSecond >= 80,
    beside: [
      { name: 'median', value: spread.median, ratio: spread.median / spread.p99 },
      { name: 'taps a second, one after the other', value: perSecond, ratio: perSecond / 80 },
    ],
    note:
      `${milliseconds.length} taps of ${cards} cards in turn, each from connecting to the verdict on disk; ` +
      'a list of 100,000 entries, SoftHSM, synchronous=FULL; the certificate is read whole and checked. The ' +
      'card lies on the reader between its taps (let go of and connected to again), since pcscd looks for arrivals every 0.4 s only, which would ' +
      'be all that is seen. The virtual reader’s network is that of a private pcscd (see test/reader): without ' +
      'delayed acknowledgements. What the virtual card computes (an RSA signature, two verifications) is in ' +
      `it, in the same process. ${inWords(spread)}. ${loadNow()}`,
    plots: [
      {
        title: 'A tap through pcscd',
        x: { label: 'ms', log: true },
        y: { label: '% of taps at or under' },
        series: [{ name: 'tap', points: distribution(milliseconds) }],
      },
    ],
  };
}
