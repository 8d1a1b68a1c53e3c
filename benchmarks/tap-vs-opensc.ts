import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sandboxPins } from '../test/card/card-contents.ts';
import { startPrivatePcscd } from '../test/reader/private-pcscd.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { listed, openBenchGate } from './gate-bench/bench-gate.ts';
import { heldAnew, watchField } from './gate-bench/field.ts';
import { distribution, inWords, loadNow, ms, spreadOf } from './gate-bench/spread.ts';
import { admitted, crowdCards, inTurn } from './gate-bench/take-taps.ts';
import { WallClock } from './gate-bench/wall-clock.ts';
import type { OpenscOrder } from './opensc-child.ts';

/** So often they take turns, so that a busy minute of the machine falls on both. */
const turns = 5;
const tapsEach = 100;
const cardsEach = 20;

interface Measured {
  readonly taps: number[];
  /** OpenSC with a card that has just come, */
  readonly fresh: number[];
  /** and once more with the same card. */
  readonly again: number[];
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
    const measured: Measured = { taps: [], fresh: [], again: [] };
    try {
      const visitor = inTurn(crowdCards(bench.world), 0);
      const field = watchField();
      for (let turn = 1; turn <= turns; turn += 1) {
        say(`turn ${turn} of ${turns}: ${tapsEach} taps, then ${cardsEach} cards for OpenSC`);
        await field.with(pcscd, visitor, async (card) => {
          for (let tap = 0; tap < tapsEach; tap += 1) {
            clock.nextTap();
            const began = performance.now();
            await admitted(bench.gate.tap(heldAnew(card)));
            measured.taps.push(performance.now() - began);
          }
        });
        // It does not let go of the reader before its end.
        const opensc = startOpensc({ module, pin: sandboxPins.authentication });
        for (let card = 0; card < cardsEach; card += 1) {
          await field.with(pcscd, visitor, async () => {
            measured.fresh.push(await opensc.round());
            measured.again.push(await opensc.round());
          });
        }
        await opensc.end();
      }
      await field.close();
    } finally {
      await pcscd.close();
      await bench.close();
    }
    return resultOf(measured);
  },
};

function resultOf({ taps, fresh, again }: Measured): BenchmarkResult {
  const [tap, first, second] = [spreadOf(taps), spreadOf(fresh), spreadOf(again)];
  const value = tap.median;
  return {
    id: 'tap-vs-opensc',
    value,
    unit: 'ms (median)',
    reach: 'OpenSC at least 2 × slower',
    met: first.median >= 2 * value,
    beside: [
      { name: 'OpenSC, each visitor’s card a new one', value: first.median, ratio: first.median / value },
      { name: 'OpenSC, the same card once more', value: second.median, ratio: second.median / value },
    ],
    note:
      'The same virtual card on the same reader of a private pcscd, by turns. A tap: terminal authentication by ' +
      'the HSM, the certificate read whole and checked to its root, a signature made and verified, the look-up ' +
      `among ${listed}, the decision, and the journal on disk: ${inWords(tap)}. OpenSC, its module loaded and ` +
      'initialised beforehand, in a process that does nothing else: slot, PIN, certificate, a signature made and ' +
      'verified; nothing of it checked to a root, looked up or written down. With a card that has just come, as ' +
      `each at a gate: ${inWords(first)}; with the same card once more, of which it knows the files already: ` +
      `${inWords(second)}. Ratios of medians: ${ms(first.median / value)} and ${ms(second.median / value)}; ` +
      `the card’s own computing is in each. ${loadNow()}`,
    plots: [
      {
        title: 'A tap, and OpenSC',
        x: { label: 'ms', log: true },
        y: { label: '% at or under' },
        series: [
          { name: 'a whole tap', points: distribution(taps) },
          { name: 'OpenSC, same card', points: distribution(again) },
          { name: 'OpenSC, new card', points: distribution(fresh) },
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

interface Opensc {
  /** The milliseconds of one use of the card that lies there. */
  round(): Promise<number>;
  end(): Promise<void>;
}

function startOpensc(order: OpenscOrder): Opensc {
  // No file of configuration: what is measured is OpenSC as it comes.
  const child = fork(join(import.meta.dirname, 'opensc-child.js'), [], {
    env: { ...process.env, OPENSC_CONF: '/dev/null' },
    execArgv: [],
  });
  const ended = once(child, 'exit');
  child.send(order);
  return {
    round: async () => {
      const news = once(child, 'message');
      child.send('round');
      const [milliseconds] = (await Promise.race([news, ended])) as [unknown];
      if (typeof milliseconds === 'number' && child.connected) return milliseconds;
      throw new Error('OpenSC ended in the middle of its work.');
    },
    end: async () => {
      child.disconnect();
      await ended;
    },
  };
}
