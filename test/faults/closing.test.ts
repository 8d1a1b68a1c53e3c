import Database from 'better-sqlite3';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { claimedCheckpoint, shortForm } from '../../gate/journal-format/checkpoint.ts';
import { readJournal } from '../../gate/journal/read-journal.ts';
import { startNetworkPrinter, type NetworkPrinter } from '../printer/network-printer.ts';
import { textOf } from '../printer/paper.ts';
import { startGateProcess, type GateProcess } from '../world/gate-process.ts';
import { openFaultWorld, type FaultWorld, type GateFiles } from './fault-world.ts';

// How a gate ends: its slip on paper, also where the journal could not be signed or not even written.

let faults: FaultWorld;
let paper: NetworkPrinter;
let gate: GateProcess | undefined;
let made = 0;

beforeAll(async () => {
  faults = await openFaultWorld({ readers: 1, crowd: 2 });
});
beforeEach(async () => {
  paper = await startNetworkPrinter();
});
afterEach(async () => {
  await gate?.stop('SIGKILL');
  gate = undefined;
  await paper.close();
});
afterAll(async () => {
  await faults.close();
});

/** A gate that has let one visitor in. */
async function withOneInside(): Promise<{ files: GateFiles; running: GateProcess }> {
  made += 1;
  const files = faults.makeGate(`closing-${made}`, { printer: paper.address });
  const running = await startGateProcess({ config: files.config, environment: faults.environment });
  gate = running;
  const card = faults.world.visitors[0]?.card;
  if (card === undefined) throw new Error('There is no visitor.');
  const [{ verdict }] = await Promise.all([running.nextTap(), faults.pcscd.insert(0, card)]);
  expect(verdict).toBe('admitted');
  await faults.pcscd.remove(0);
  return { files, running };
}

/** The text of the closing slips that came out. */
const slips = (): string[][] =>
  paper.printer.slips.map(textOf).filter((text) => text.includes('Closing slip'));

it('prints, as it ends, the short form of the checkpoint that covers the whole journal', async () => {
  const { files, running } = await withOneInside();
  expect(await running.stop()).toBe(0);
  const note = readJournal(join(files.state, 'journal.sqlite'), (store) => store.checkpoints().at(-1)?.note);
  const last = claimedCheckpoint(note ?? '');
  expect(last.size).toBe(files.entries().length);
  expect(files.entries().at(-1)?.kind).toBe('stop');
  expect(slips()).toHaveLength(1);
  const [slip = []] = slips();
  expect(slip).toContain('入場 In 1 退場 Out 0 場内 Inside 1');
  for (const part of shortForm(last).split(' ')) expect(slip).toContain(part);
  expect(slip.join(' ')).toContain('Not countersigned yet');
});

it('says on the slip, and by its exit status, that the HSM did not sign; the next start does', async () => {
  const { files, running } = await withOneInside();
  const store = join(files.state, '..', 'softhsm', 'tokens');
  renameSync(store, `${store}-away`);
  try {
    expect(await running.stop()).toBe(1);
  } finally {
    renameSync(`${store}-away`, store);
  }
  expect(running.notes.join('\n')).toContain('is not signed');
  expect(slips().map((slip) => slip.filter((line) => line.includes('signed')))).toEqual([
    [expect.stringContaining('Not signed')],
  ]);
  gate = await startGateProcess({ config: files.config, environment: faults.environment });
  expect(await gate.stop()).toBe(0);
  expect(files.findings()).toEqual([]);
});

it('ends, with a slip and a word, where the journal cannot be written any more', async () => {
  const { files, running } = await withOneInside();
  const other = new Database(join(files.state, 'journal.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  try {
    expect(await running.stop()).toBe(1);
  } finally {
    other.exec('ROLLBACK');
    other.close();
  }
  expect(slips()).toHaveLength(1);
  expect(slips()[0]?.join(' ')).toContain('Not signed');
  // Nothing that was shown is lost.
  expect(
    files.entries().filter((entry) => entry.kind === 'tap' && entry.verdict === 'admitted'),
  ).toHaveLength(1);
  expect(files.findings()).toEqual([]);
});
