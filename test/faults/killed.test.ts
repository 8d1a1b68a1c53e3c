import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAdmission } from '../../gate/journal/subject.ts';
import { Journal } from '../../gate/journal/journal.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { Seeded } from '../session/seeded.ts';
import { openFaultWorld, type FaultWorld, type GateFiles } from './fault-world.ts';
import { runUntilKilled, type Shown } from './killed-gate.ts';

// Gates as processes of their own, with cards coming and going all the time, killed where it hurts.

const gates = 2;
const cutsOfEach = 100;
const readersOfEach = 8;
/** How long a card lies on its reader, in turn: most long enough for a quick machine, one for any. */
const holds = [100, 100, 100, 2000];

let faults: FaultWorld;
beforeAll(async () => {
  faults = await openFaultWorld({
    readers: gates * readersOfEach,
    crowd: gates * readersOfEach,
    rules: { entry: 'freely' },
  });
});
afterAll(async () => {
  await faults.close();
});

/** Lays the reader's card on it and takes it away, again and again, until the signal. */
async function keepTapping(reader: number, ended: AbortSignal): Promise<void> {
  const card = faults.world.visitors[reader]?.card;
  if (card === undefined) throw new Error(`There is no card for reader ${reader}.`);
  for (let turn = reader; !ended.aborted; turn += 1) {
    await faults.pcscd.insert(reader, card);
    await pause(holds[turn % holds.length]);
    await faults.pcscd.remove(reader);
  }
}

const key = ({ at, ticket = '' }: { at: string; ticket?: string | undefined }): string => `${at} ${ticket}`;

function admissionsIn(files: GateFiles): string[] {
  return files
    .entries()
    .flatMap((entry) =>
      entry.kind === 'tap' && entry.verdict === 'admitted'
        ? [key({ at: new Date(entry.at).toISOString(), ticket: entry.ticket })]
        : [],
    );
}

interface Killed {
  readonly files: GateFiles;
  /** How long each start took to its first admission, where it came to one. */
  readonly firstAdmissions: readonly number[];
}

/** Each gate has every second reader: pcscd numbers the two of a pair 00 and 01. */
async function killAgainAndAgain(gate: number): Promise<Killed> {
  const random = new Seeded(gate);
  const files = faults.makeGate(`killed-${gate}`, { reader: `00 0${gate}` });
  const shown: Shown[] = [];
  const firstAdmissions: number[] = [];
  for (let cut = 0; cut < cutsOfEach; cut += 1) {
    const { taps, notes, firstAdmission } = await runUntilKilled({
      config: files.config,
      environment: faults.environment,
      // A third of them while it starts, the others while it lets people in: a start that then admits nobody
      // is waited for until the test's time is up.
      after: cut % 3 === 0 ? { lines: 1 + random.below(14) } : { admitted: 1 + random.below(6) },
      milliseconds: random.below(12),
    });
    const trouble = notes.filter((note) => /journal-damaged|counts-rebuilt|tap-failed|unexpected/.test(note));
    expect(trouble).toEqual([]);
    if (firstAdmission !== undefined) firstAdmissions.push(firstAdmission);
    shown.push(...taps.filter(({ verdict }) => verdict === 'admitted'));
    if (!existsSync(join(files.state, 'journal.sqlite'))) continue;
    const kept = new Set(admissionsIn(files));
    expect(shown.map(key).filter((each) => !kept.has(each))).toEqual([]);
    expect(files.findings()).toEqual([]);
  }
  return { files, firstAdmissions };
}

it(`in ${gates * cutsOfEach} kills under load nothing that was shown is lost, and each start goes on`, async () => {
  const ended = new AbortController();
  const tapping = Array.from({ length: gates * readersOfEach }, (_, reader) =>
    keepTapping(reader, ended.signal),
  );
  const killed = await Promise.all(Array.from({ length: gates }, (_, gate) => killAgainAndAgain(gate)));
  ended.abort();
  await Promise.all(tapping);

  const token = await faults.world.tokens.open('gate');
  const signer = await openSigner(token, 'gate-identity');
  // The quickest of many, each with another gate starting beside it: how long a start takes when nothing is in
  // its way. How long it usually takes is the benchmark gate-start's to say.
  expect(Math.min(...killed.flatMap(({ firstAdmissions }) => firstAdmissions))).toBeLessThan(3000);
  for (const { files } of killed) {
    const admissions = files.entries().filter(isAdmission);
    const file = join(files.state, 'journal.sqlite');
    const journal = await Journal.open({ file, gate: 'sandbox-1', signer, now: Date.now });
    expect(journal.counts('sandbox/opening-night').in).toBe(admissions.length);
    await journal.close();
  }
  token.close();
}, 900_000);
