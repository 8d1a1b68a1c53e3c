import { spawnSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { isAdmission } from '../../gate/journal/subject.ts';
import { startGateProcess, type GateProcess, type TapLine } from '../world/gate-process.ts';
import { openFaultWorld, type FaultWorld, type GateFiles } from './fault-world.ts';

// What a whole gate, in a process of its own, lives through; by the order of events, never by a clock.

const program = join(import.meta.dirname, '../../dist/gate/kazasu-gate.js');
let faults: FaultWorld;
let gate: GateProcess | undefined;
let made = 0;

beforeAll(async () => {
  faults = await openFaultWorld({ readers: 1, crowd: 4, rules: { entry: 'never-again' } });
});
afterEach(async () => {
  await faults.pcscd.remove(0);
  await gate?.stop('SIGKILL');
  gate = undefined;
});
afterAll(async () => {
  await faults.close();
});

function newGate(): GateFiles {
  made += 1;
  return faults.makeGate(`survivor-${made}`);
}

async function start({ config }: GateFiles): Promise<GateProcess> {
  gate = await startGateProcess({ config, environment: faults.environment });
  return gate;
}

/** Holds a visitor's card over the gate until the light goes on. */
async function hold(running: GateProcess, visitor: number): Promise<TapLine> {
  const card = faults.world.visitors[visitor]?.card;
  if (card === undefined) throw new Error(`There is no visitor ${visitor}.`);
  const [line] = await Promise.all([running.nextTap(), faults.pcscd.insert(0, card)]);
  await faults.pcscd.remove(0);
  return line;
}

/** Holds a card over the gate again and again until it says something else than this. */
async function holdUntilNot(verdict: string, running: GateProcess, visitor: number): Promise<TapLine> {
  for (;;) {
    const line = await hold(running, visitor);
    if (line.verdict !== verdict) return line;
  }
}

function admitted(files: GateFiles): (string | undefined)[] {
  return files
    .entries()
    .flatMap((entry) => (entry.kind === 'tap' && isAdmission(entry) ? [entry.ticket] : []));
}

it('goes on when pcscd was killed and is back', async () => {
  const files = newGate();
  const running = await start(files);
  expect((await hold(running, 0)).verdict).toBe('admitted');
  const lost = running.said('The PC/SC service does not answer');
  await faults.pcscd.stop();
  await lost;
  const back = running.said('Readers: ');
  await faults.pcscd.start();
  await back;
  await hold(running, 0);
  expect((await hold(running, 1)).verdict).toBe('admitted');
  expect(admitted(files)).toEqual(['K-0001', 'K-0002']);
});

it('admits nobody while the HSM is away, says so, and goes on when it is back', async () => {
  const files = newGate();
  const running = await start(files);
  expect((await hold(running, 0)).verdict).toBe('admitted');
  const store = join(files.state, '..', 'softhsm', 'tokens');
  renameSync(store, `${store}-away`);
  try {
    expect((await hold(running, 1)).verdict).toBe('out-of-order');
  } finally {
    renameSync(`${store}-away`, store);
  }
  expect((await holdUntilNot('out-of-order', running, 1)).verdict).toBe('admitted');
  expect(admitted(files)).toEqual(['K-0001', 'K-0002']);
});

it('refuses a pack that arrives damaged, and goes on with the one it has', async () => {
  const files = newGate();
  const running = await start(files);
  const bytes = readFileSync(faults.world.pack);
  for (const at of [100, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8((damaged[at] ?? 0) ^ 1, at);
    const file = join(files.state, 'damaged.pack');
    writeFileSync(file, damaged);
    const { status, stderr } = take(files, file);
    expect(status).toBe(1);
    expect(stderr).toMatch(/cut or was changed/);
  }
  const cut = join(files.state, 'cut.pack');
  writeFileSync(cut, bytes.subarray(0, bytes.length - 100));
  expect(take(files, cut).status).toBe(1);
  expect((await hold(running, 0)).verdict).toBe('admitted');
});

function take({ config }: GateFiles, file: string): { status: number | null; stderr: string } {
  const env = { ...process.env, ...faults.environment };
  return spawnSync(process.execPath, [program, 'pack', 'take', '--config', config, file], {
    env,
    encoding: 'utf8',
  });
}

it('keeps a copy of a damaged database, says so, begins a new log, and knows who has entered', async () => {
  const files = newGate();
  const first = await start(files);
  expect((await hold(first, 0)).verdict).toBe('admitted');
  await first.stop();
  const journal = join(files.state, 'journal.sqlite');
  // The root page of one of the indexes, as a failing disk would leave it.
  const handle = openSync(journal, 'r+');
  const size = statSync(journal).size;
  writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, size - 4096);
  closeSync(handle);

  const second = await start(files);
  expect(second.notes.filter((note) => note.includes('journal-damaged'))).toHaveLength(1);
  const copies = readdirSync(files.state).filter((name) => name.startsWith('journal.sqlite.damaged-'));
  expect(copies.length).toBeGreaterThan(0);
  expect(statSync(join(files.state, copies[0] ?? '')).size).toBe(size);
  await hold(second, 0);
  expect((await hold(second, 1)).verdict).toBe('admitted');
  expect(admitted(files)).toEqual(['K-0001', 'K-0002']);
  await second.stop();
  const epochs = files.entries().flatMap((entry) => (entry.kind === 'start' ? [entry.epoch] : []));
  expect(epochs).toEqual([1, 2]);
  expect(files.findings()).toEqual([]);
});

it('admits by the same journal after a kill in the middle of a tap', async () => {
  const files = newGate();
  const first = await start(files);
  const card = faults.world.visitors[2]?.card;
  if (card === undefined) throw new Error('There is no such visitor.');
  const holding = faults.pcscd.insert(0, card);
  await first.stop('SIGKILL');
  await holding;
  await faults.pcscd.remove(0);
  const entered = admitted(files).length;
  const second = await start(files);
  expect(entered).toBeLessThan(2);
  // Within the guard's time a card that has entered is shown its admission again.
  expect(['admitted', 'already-entered']).toContain((await hold(second, 2)).verdict);
  expect(admitted(files)).toEqual(['K-0003']);
});
