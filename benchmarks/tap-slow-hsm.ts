import { loadCardModel } from '../gate/card-model/card-model.ts';
import { tap, type TapParts } from '../gate/tap/tap.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { listed } from './gate-bench/bench-gate.ts';
import { openBenchParts } from './gate-bench/bench-parts.ts';
import { takeModelledTaps } from './gate-bench/modelled-taps.ts';
import { slowed } from './gate-bench/slow-key.ts';
import { inWords, loadNow, ms, spreadOf, type Spread } from './gate-bench/spread.ts';
import { crowdCards } from './gate-bench/take-taps.ts';
import { WallClock } from './gate-bench/wall-clock.ts';

const cards = 10;
const taps = 20;
const milliseconds = 150;
/** What the number to reach is held to; the fastest air, at which a card hides less, is shown beside. */
const counted = [106, 212, 424];

interface Compared {
  readonly rate: number;
  readonly soft: Spread;
  readonly slow: Spread;
}

/** An HSM that takes 150 ms a signature, beside SoftHSM, on the modelled card. */
export const tapSlowHsm: Benchmark = {
  id: 'tap-slow-hsm',
  title: 'what a slow HSM (150 ms a signature) costs a tap',
  asGate: true,
  async run(say): Promise<BenchmarkResult> {
    say(`a gate's parts with a list of ${listed}`);
    const model = loadCardModel();
    const clock = new WallClock(1);
    const bench = await openBenchParts(cards, clock.now);
    const compared: Compared[] = [];
    try {
      const { parts } = bench;
      const slowParts: TapParts = {
        ...parts,
        terminalKey: () => slowed(parts.terminalKey(), milliseconds),
      };
      const options = { cards: crowdCards(bench.world), clock, model, taps };
      for (const rate of model.air.kilobitsPerSecond) {
        say(`${taps} taps with each HSM at ${rate} kbit/s`);
        const soft = await takeModelledTaps({ ...options, rate, tap: (card) => tap(card, parts) });
        const slow = await takeModelledTaps({ ...options, rate, tap: (card) => tap(card, slowParts) });
        compared.push({ rate, soft: spreadOf(soft.totals), slow: spreadOf(slow.totals) });
      }
    } finally {
      await bench.close();
    }
    return resultOf(model.name, compared);
  },
};

function resultOf(model: string, compared: readonly Compared[]): BenchmarkResult {
  const cost = ({ soft, slow }: Compared): number => slow.median - soft.median;
  const value = Math.max(...compared.filter(({ rate }) => counted.includes(rate)).map(cost));
  return {
    id: 'tap-slow-hsm',
    value,
    unit: 'ms more',
    reach: '≤ 20 ms more than SoftHSM, with the certificate read whole',
    met: value <= 20,
    beside: [
      { name: 'the slow HSM’s signature, waited for', value: milliseconds, ratio: milliseconds / value },
    ],
    note:
      `Rests on the card model ${model}. Medians of ${taps} taps with each HSM; the 150 ms are added to each ` +
      'signature of the terminal key by a timer. The card’s challenge is fetched first, and the HSM signs ' +
      'while the certificate is read and the terminal certificate loaded. The value is the greatest cost of ' +
      `${counted.join(', ')} kbit/s. By rate: ` +
      `${compared.map((each) => `${each.rate} kbit/s ${ms(cost(each))} ms more`).join(', ')}; the faster the ` +
      'air, the less of the signature is hidden. ' +
      compared
        .map(({ rate, soft, slow }) => `At ${rate}: SoftHSM ${inWords(soft)}; slow ${inWords(slow)}.`)
        .join(' ') +
      ` ${loadNow()}`,
    plots: [
      {
        title: 'A tap with SoftHSM and with a slow HSM, certificate read whole',
        x: { label: 'kbit/s' },
        y: { label: 'ms (median)' },
        series: [
          { name: 'SoftHSM', points: compared.map(({ rate, soft }) => [rate, soft.median]) },
          { name: '150 ms a signature', points: compared.map(({ rate, slow }) => [rate, slow.median]) },
        ],
      },
    ],
  };
}
