import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeEntry, type Entry } from '../../gate/journal-format/entry.ts';
import { exportJournal } from '../../gate/journal/export.ts';
import type { Counts } from '../../gate/journal/questions.ts';
import { readJournal } from '../../gate/journal/read-journal.ts';
import { isAdmission } from '../../gate/journal/subject.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import { buildChild, childEnvironment } from './child-program.ts';

const cuts = 40;
const folder = mkdtempSync(join(tmpdir(), 'kazasu-power-cut-'));
const program = join(folder, 'child.cjs');
const file = join(folder, 'journal.sqlite');
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);

beforeAll(() => buildChild('recording-child.ts', program));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly starting?: true;
  readonly event?: string;
  readonly open?: number;
  readonly counts?: Counts;
  readonly shown?: string;
  readonly isRepeat?: boolean;
  readonly ticket?: string;
  readonly epoch?: number;
  readonly number?: number;
}

/** Lets the child run until it has said so many lines, cuts its power, and answers all that it said. */
async function runUntil(lines: number): Promise<Said[]> {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: childEnvironment({
      JOURNAL_FILE: file,
      JOURNAL_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      JOURNAL_PUBLIC: point.toString('hex'),
    }),
  });
  const said: Said[] = [];
  // Ends when the pipe does: what the child wrote before its end is read to the last line.
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(JSON.parse(line) as Said);
    if (said.length === lines) child.kill('SIGKILL');
  }
  return said;
}

function entriesOf(): { epoch: number; entry: Entry }[] {
  return readJournal(file, (store) =>
    [...store.entries()].map(({ epoch, bytes }) => ({ epoch, entry: decodeEntry(bytes) })),
  );
}

it(`loses nothing that was shown in ${cuts} power cuts under load`, async () => {
  let admittedBefore = 0;
  for (let cut = 0; cut < cuts; cut += 1) {
    // From the first line, before the journal is open, to well into the load; spread, and the same each run.
    const said = await runUntil(1 + ((cut * 29) % 61));
    const start = said.find(({ counts }) => counts !== undefined);
    if (start !== undefined) expect(start.counts?.in).toBe(admittedBefore);
    expect(said.map(({ event }) => event)).not.toContain('journal-damaged');
    expect(said.map(({ event }) => event)).not.toContain('journal-counts-rebuilt');

    // The first of all cuts may have come before there was a journal.
    if (cut === 0 && said.length <= 1) continue;
    const entries = entriesOf();
    const kept = new Map(entries.map(({ epoch, entry }) => [`${epoch} ${entry.number}`, entry]));
    for (const { shown, isRepeat, ticket, epoch, number } of said) {
      if (shown === undefined) continue;
      expect(kept.get(`${epoch ?? ''} ${number ?? ''}`)).toMatchObject({
        kind: 'tap',
        verdict: shown,
        ticket,
        ...(isRepeat === true ? { repeat: true } : {}),
      });
    }
    const { findings } = verifyJournal(
      readJournal(file, (store) => exportJournal(store, 'north-1')),
      { keys: [point] },
    );
    expect(findings).toEqual([]);
    admittedBefore = entries.filter(({ entry }) => isAdmission(entry)).length;
  }

  const admitted = entriesOf().flatMap(({ entry }) =>
    entry.kind === 'tap' && isAdmission(entry) ? [entry.ticket] : [],
  );
  expect(admitted.length).toBeGreaterThan(0);
  expect(new Set(admitted).size).toBe(admitted.length);
}, 120_000);
