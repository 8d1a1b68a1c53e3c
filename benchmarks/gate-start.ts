import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivatePcscd } from '../test/reader/private-pcscd.ts';
import { startGateProcess } from '../test/world/gate-process.ts';
import { openWorld } from '../test/world/world.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { listed } from './gate-bench/bench-gate.ts';
import { crowdCards, inTurn } from './gate-bench/take-taps.ts';
import { inWords, loadNow, ms, spreadOf } from './gate-bench/spread.ts';

const crowd = 5;
const starts = 12;
const kills = 6;

interface Measured {
  /** Seconds of each start to ready. */
  readonly ready: readonly number[];
  /** Seconds of each start after a kill, to the admission of a card that is held over it when it is ready. */
  readonly firstTap: readonly number[];
}

/** From starting the program until the gate is open and watches its reader; and after a kill, to a first tap. */
export const gateStart: Benchmark = {
  id: 'gate-start',
  title: 'start of a gate to ready',
  async run(say): Promise<BenchmarkResult> {
    const plain = await measure(false, say);
    const pinned = await measure(true, say);
    return resultOf(plain, pinned);
  },
};

async function measure(pinned: boolean, say: (text: string) => void): Promise<Measured> {
  say(`a world with a list of ${listed}${pinned ? ' and pinned keys' : ''}`);
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-start-'));
  const absent = listed - crowd;
  const rules = { entry: 'freely' } as const;
  const world = await openWorld({ folder: join(folder, 'world'), crowd, absent, pinned, rules });
  const pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: 1 });
  const environment = { ...world.gateEnvironment, PCSCLITE_CSOCK_NAME: pcscd.socket };
  const ready: number[] = [];
  const firstTap: number[] = [];
  try {
    for (let start = 1; start <= starts; start += 1) {
      const began = performance.now();
      const gate = await startGateProcess({ config: world.config, environment });
      ready.push((performance.now() - began) / 1000);
      say(`start ${start} of ${starts}: ${ms(ready.at(-1) ?? Number.NaN)} s`);
      const status = await gate.stop();
      if (status !== 0) throw new Error(`The gate ended with status ${String(status)}.`);
    }
    const crowdOf = crowdCards(world);
    for (let kill = 0; kill <= kills; kill += 1) {
      const began = performance.now();
      const gate = await startGateProcess({ config: world.config, environment });
      await pcscd.insert(0, inTurn(crowdOf, kill));
      const { verdict } = await gate.nextTap();
      if (verdict !== 'admitted') throw new Error(`The first tap came to ${verdict}.`);
      // The first of them follows a clean stop.
      if (kill > 0) firstTap.push((performance.now() - began) / 1000);
      await gate.stop('SIGKILL');
      await pcscd.remove(0);
    }
    say(`after each of ${kills} kills to the first tap: ${firstTap.map(ms).join(', ')} s`);
  } finally {
    await pcscd.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { ready, firstTap };
}

function resultOf(plain: Measured, pinned: Measured): BenchmarkResult {
  const [ofPlain, ofPinned] = [spreadOf(plain.ready), spreadOf(pinned.ready)];
  const firstTap = spreadOf([...plain.firstTap, ...pinned.firstTap]);
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
      { name: 'after a kill, to the first tap', value: firstTap.median, ratio: firstTap.median / value },
    ],
    note:
      `${starts} starts each of the built program in a process of its own, from its spawning until it says ` +
      `that it is open and which reader it watches: Node itself, SoftHSM, the pack with its ${listed} entries ` +
      'verified, the event key unwrapped, the journal opened and its first checkpoint signed. In seconds, ' +
      `without pinned keys: ${inWords(ofPlain).replace(' ms', ' s')}; with: ` +
      `${inWords(ofPinned).replace(' ms', ' s')}. The value is the greater median. Killed with SIGKILL and ` +
      'started again, from its spawning to the admission of a card that is held over it as soon as it is ready, which pcscd notices within 0.4 s: ' +
      `${inWords(firstTap).replace(' ms', ' s')}. ${loadNow()}`,
    plots: [
      {
        title: 'Starts of a gate',
        x: { label: 'start' },
        y: { label: 's' },
        series: [
          { name: 'without keys', points: plain.ready.map((seconds, index) => [index + 1, seconds]) },
          { name: 'pinned keys', points: pinned.ready.map((seconds, index) => [index + 1, seconds]) },
        ],
      },
    ],
  };
}
