import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemTimer } from '../gate/reader/timer.ts';
import { sandboxPins } from '../test/card/card-contents.ts';
import { startPrivatePcscd } from '../test/reader/private-pcscd.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { listed, openBenchGate } from './gate-bench/bench-gate.ts';
import { watchField } from './gate-bench/field.ts';
import { distribution, inWords, loadNow, ms, spreadOf } from './gate-bench/spread.ts';
import { admitted, crowdCards, inTurn } from './gate-bench/take-taps.ts';
import { WallClock } from './gate-bench/wall-clock.ts';
import type { OpenscNews, OpenscOrder } from './opensc-child.ts';

/** So often they take turns, so that a busy minute of the machine falls on both. */
const turns = 5;
const tapsEach = 100;
const roundsEach = 30;

interface Measured {
  readonly taps: number[];
  readonly anew: number[];
  readonly kept: number[];
}

/** A whole tap beside what OpenSC's PKCS#11 module takes to read the certificate and have the card sign. */
export const tapVsOpensc: Benchmark = {
  id: 'tap-vs-opensc',
  title: 'a tap, and the same card and reader with OpenSC’s PKCS#11 module',
  asGate: true,
  async run(say): Promise<BenchmarkResult> {
    const module = findOpensc();
    say(`a gate with a list of ${listed}, and a PC/SC service of its own`);
    const clock = new WallClock(1);
    const bench = await openBenchGate({ crowd: 1 }, clock.now);
    const pcscd = await startPrivatePcscd({ folder: join(bench.folder, 'reader'), readers: 1 });
    process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket;
    const measured: Measured = { taps: [], anew: [], kept: [] };
    try {
      const field = watchField();
      await field.with(pcscd, inTurn(crowdCards(bench.world), 0), async (card) => {
        for (let turn = 1; turn <= turns; turn += 1) {
          say(`turn ${turn} of ${turns}: ${tapsEach} taps, then OpenSC ${2 * roundsEach} times`);
          for (let tap = 0; tap < tapsEach; tap += 1) {
            clock.nextTap();
            const began = performance.now();
            await admitted(bench.gate.tap({ ...card, arrivedAt: systemTimer.now() }));
            measured.taps.push(performance.now() - began);
          }
          const { anew, kept } = await runOpensc({
            module,
            pin: sandboxPins.authentication,
            rounds: roundsEach,
          });
          measured.anew.push(...anew);
          measured.kept.push(...kept);
        }
      });
      await field.close();
    } finally {
      await pcscd.close();
      await bench.close();
    }
    return resultOf(measured);
  },
};

function resultOf({ taps, anew, kept }: Measured): BenchmarkResult {
  const [tap, fresh, bound] = [spreadOf(taps), spreadOf(anew), spreadOf(kept)];
  const value = tap.median;
  return {
    id: 'tap-vs-opensc',
    value,
    unit: 'ms (median)',
    reach: 'OpenSC at least 2 × slower',
    met: Math.min(fresh.median, bound.median) >= 2 * value,
    beside: [
      { name: 'OpenSC, for a card that has just come', value: fresh.median, ratio: fresh.median / value },
      { name: 'OpenSC, with the card known already', value: bound.median, ratio: bound.median / value },
    ],
    note:
      `The same virtual card on the same reader of a private pcscd, by turns. A tap: terminal authentication by ` +
      'the HSM, the certificate read whole and checked to its root, a signature made and verified, the look-up ' +
      `among ${listed}, the decision, and the journal on disk: ${inWords(tap)}. OpenSC, its module in a process ` +
      'that does nothing else: slot found, PIN, certificate read, a signature made and verified; nothing of it ' +
      'checked to a root, looked up or written down. With the module begun anew, as for a card that has just ' +
      `come: ${inWords(fresh)}; with the module and the card’s contents kept: ${inWords(bound)}. Ratios of ` +
      `medians: ${ms(fresh.median / value)} and ${ms(bound.median / value)}; the card’s own computing is in ` +
      `each. ${loadNow()}`,
    plots: [
      {
        title: 'A tap, and OpenSC',
        x: { label: 'ms', log: true },
        y: { label: '% at or under' },
        series: [
          { name: 'a whole tap', points: distribution(taps) },
          { name: 'OpenSC, card known', points: distribution(kept) },
          { name: 'OpenSC, card new', points: distribution(anew) },
        ],
      },
    ],
  };
}

/** Debian's opensc-pkcs11, which `npm run bench` sets up. */
function findOpensc(): string {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch;
  const module = `/usr/lib/${machine}-linux-gnu/opensc-pkcs11.so`;
  if (!existsSync(module)) throw new Error(`There is no ${module}; install the package opensc-pkcs11.`);
  return module;
}

function runOpensc(order: OpenscOrder): Promise<OpenscNews> {
  // No file of configuration: what is measured is OpenSC as it comes.
  const child = fork(join(import.meta.dirname, 'opensc-child.js'), [], {
    env: { ...process.env, OPENSC_CONF: '/dev/null' },
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (news) => {
      resolve(news as OpenscNews);
    });
    child.once('error', reject);
    child.once('exit', (status) => {
      reject(new Error(`OpenSC ended with status ${String(status)} before its figures.`));
    });
    child.send(order);
  });
}
