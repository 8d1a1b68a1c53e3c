import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivatePcscd } from '../test/reader/private-pcscd.ts';
import { startGateProcess } from '../test/world/gate-process.ts';
import { openWorld } from '../test/world/world.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { listed } from './gate-bench/bench-gate.ts';
import { inWords, loadNow, ms, spreadOf } from './gate-bench/spread.ts';

const crowd = 5;
const starts = 12;

/** From starting the program until the gate is open and watches its reader. */
export const gateStart: Benchmark = {
  id: 'gate-start',
  title: 'start of a gate to ready',
  async run(say): Promise<BenchmarkResult> {
    const plain = await measure(false, say);
    const pinned = await measure(true, say);
    return resultOf(plain, pinned);
  },
};

async function measure(pinned: boolean, say: (text: string) => void): Promise<number[]> {
  say(`a world with a list of ${listed}${pinned ? ' and pinned keys' : ''}`);
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-start-'));
  const absent = listed - crowd;
  const world = await openWorld({ folder: join(folder, 'world'), crowd, absent, pinned });
  const pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: 1 });
  const environment = { ...world.gateEnvironment, PCSCLITE_CSOCK_NAME: pcscd.socket };
  const seconds: number[] = [];
  try {
    for (let start = 1; start <= starts; start += 1) {
      const began = performance.now();
      const gate = await startGateProcess({ config: world.config, environment });
      seconds.push((performance.now() - began) / 1000);
      say(`start ${start} of ${starts}: ${ms(seconds.at(-1) ?? Number.NaN)} s`);
      const status = await gate.stop();
      if (status !== 0) throw new Error(`The gate ended with status ${String(status)}.`);
    }
  } finally {
    await pcscd.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return seconds;
}

function resultOf(plain: readonly number[], pinned: readonly number[]): BenchmarkResult {
  const [ofPlain, ofPinned] = [spreadOf(plain), spreadOf(pinned)];
  const value = Math.max(ofPlain.median, ofPinned.median);
  return {
    id: 'gate-start',
    value,
    unit: 's',
    reach: '≤ 1.5 s',
    met: value <= 1.5,
    beside: [
      { name: 'records without keys', value: ofPlain.median, ratio: ofPlain.median / value },
      { name: 'records with pinned keys', value: ofPinned.median, ratio: ofPinned.median / value },
    ],
    note:
      `${starts} starts each of the built program in a process of its own, from its spawning until it says ` +
      `that it is open and which reader it watches: Node itself, SoftHSM, the pack with its ${listed} entries ` +
      'verified, the event key unwrapped, the journal opened and its first checkpoint signed. In seconds, ' +
      `without pinned keys: ${inWords(ofPlain).replace(' ms', ' s')}; with: ` +
      `${inWords(ofPinned).replace(' ms', ' s')}. The value is the greater median. ${loadNow()}`,
    plots: [
      {
        title: 'Starts of a gate',
        x: { label: 'start' },
        y: { label: 's' },
        series: [
          { name: 'without keys', points: plain.map((seconds, index) => [index + 1, seconds]) },
          { name: 'pinned keys', points: pinned.map((seconds, index) => [index + 1, seconds]) },
        ],
      },
    ],
  };
}
