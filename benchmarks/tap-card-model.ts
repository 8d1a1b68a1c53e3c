import { loadCardModel, type CardModel } from '../gate/card-model/card-model.ts';
import type { Benchmark, BenchmarkResult, Plot } from './benchmark.ts';
import { listed, openBenchGate } from './gate-bench/bench-gate.ts';
import { takeModelledTaps, tapOf, type ModelledTaps } from './gate-bench/modelled-taps.ts';
import { inWords, loadNow, ms, spreadOf } from './gate-bench/spread.ts';
import { crowdCards } from './gate-bench/take-taps.ts';
import { WallClock } from './gate-bench/wall-clock.ts';

const cards = 10;
const taps = 30;
const slowest = 106;
const usual = 424;

/** By rate. */
type Measured = ReadonlyMap<number, ModelledTaps>;

/** Taps of cards that take their time as the card model says; the time really passes. */
export const tapCardModel: Benchmark = {
  id: 'tap-card-model',
  title: 'a tap on the modelled real card, activation to verdict on disk',
  asGate: true,
  async run(say): Promise<BenchmarkResult> {
    const model = loadCardModel();
    const pinned = await measure(model, true, model.air.kilobitsPerSecond, say);
    const read = await measure(model, false, [slowest, usual], say);
    return resultOf(model, pinned, read);
  },
};

async function measure(
  model: CardModel,
  pinned: boolean,
  rates: readonly number[],
  say: (text: string) => void,
): Promise<Measured> {
  say(`a gate with a list of ${listed}${pinned ? ' and pinned keys' : ''}`);
  const clock = new WallClock(1);
  const bench = await openBenchGate({ crowd: cards, pinned }, clock.now);
  const measured = new Map<number, ModelledTaps>();
  try {
    const options = { cards: crowdCards(bench.world), clock, model, taps, tap: tapOf(bench.gate) };
    for (const rate of rates) {
      say(`${taps} taps at ${rate} kbit/s`);
      measured.set(rate, await takeModelledTaps({ ...options, rate }));
    }
  } finally {
    await bench.close();
  }
  return measured;
}

function resultOf(model: CardModel, pinned: Measured, read: Measured): BenchmarkResult {
  const at = (measured: Measured, rate: number): ModelledTaps => {
    const found = measured.get(rate);
    if (found === undefined) throw new Error(`Nothing was measured at ${rate} kbit/s.`);
    return found;
  };
  const [slow, fast] = [at(pinned, slowest), at(pinned, usual)];
  const [slowMedian, fastMedian] = [spreadOf(slow.totals).median, spreadOf(fast.totals).median];
  const overBound = Math.max(slowMedian / slow.bound, fastMedian / fast.bound);
  const beside = (name: string, value: number) => ({ name, value, ratio: value / slowMedian });
  return {
    id: 'tap-card-model',
    value: slowMedian,
    unit: `ms (${slowest} kbit/s)`,
    reach: `with pinned keys ≤ 560 ms at ${slowest} kbit/s, ≤ 440 ms at ${usual}; ≤ 1.05 × the bound`,
    met: slowMedian <= 560 && fastMedian <= 440 && overBound <= 1.05,
    beside: [
      beside(`bound at ${slowest} kbit/s: card, air and reader alone`, slow.bound),
      beside(`pinned key, ${usual} kbit/s`, fastMedian),
      beside(`bound at ${usual} kbit/s`, fast.bound),
      beside(`certificate read whole, ${slowest} kbit/s`, spreadOf(at(read, slowest).totals).median),
      beside(`certificate read whole, ${usual} kbit/s`, spreadOf(at(read, usual).totals).median),
      beside('the pilot of fiscal 2015, as reported', 3200),
    ],
    note:
      `Rests on the card model ${model.name}, which is a model and no measurement: ` +
      `${model.air.bitsPerByte} bits a byte on the air, ${model.milliseconds.perCommand} ms of reader and ` +
      `protocol a command, activation ${model.milliseconds.activation} ms, signing 250 ms, verifying 15 ms, ` +
      `all else ${model.milliseconds.otherCommand} ms. The time really passes (${taps} taps at each rate) while ` +
      'SoftHSM, the look-up and the journal do their work. The bound is the model’s time of the ' +
      `${slow.commands.length} commands of a tap and of activation, the gate’s own work taken as nothing; ` +
      `the greater of the two ratios over it is ${overBound.toFixed(3)}. ` +
      `At ${slowest} kbit/s: ${inWords(spreadOf(slow.totals))}; at ${usual}: ${inWords(spreadOf(fast.totals))}. ` +
      `Where the time goes at ${usual} kbit/s: ${partsOf(fast)}. ${loadNow()}`,
    plots: [ratesPlot(pinned), commandsPlot(model, fast)],
  };
}

function partsOf({ commands }: ModelledTaps): string {
  return commands.map(({ name, modelled }) => `${name} ${ms(modelled)} ms`).join(', ');
}

function ratesPlot(pinned: Measured): Plot {
  const points = (of: (taps: ModelledTaps) => number): [number, number][] =>
    [...pinned].map(([rate, taps]) => [rate, of(taps)]);
  return {
    title: 'A tap with a pinned key, by the rate of the air',
    x: { label: 'kbit/s' },
    y: { label: 'ms' },
    series: [
      { name: 'tap (median)', points: points(({ totals }) => spreadOf(totals).median) },
      { name: 'bound', points: points(({ bound }) => bound) },
    ],
  };
}

/** Milliseconds since the arrival at which each command was answered: the gate's line beside the card's. */
function commandsPlot(model: CardModel, { commands }: ModelledTaps): Plot {
  const start = model.milliseconds.activation;
  let passed = start;
  const bound = commands.map(({ modelled }, index): [number, number] => [index + 1, (passed += modelled)]);
  const seen = commands.map(({ at, milliseconds }, index): [number, number] => [
    index + 1,
    start + at + milliseconds,
  ]);
  return {
    title: `Where a tap’s time goes at ${usual} kbit/s, command by command`,
    x: { label: `command: ${commands.map(({ name }, index) => `${index + 1} ${name}`).join(', ')}` },
    y: { label: 'ms since the card came' },
    series: [
      { name: 'tap', points: [[0, start], ...seen] },
      { name: 'bound', points: [[0, start], ...bound] },
    ],
  };
}
