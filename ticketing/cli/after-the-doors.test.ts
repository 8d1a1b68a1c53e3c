import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSigner } from '../../hsm/keys/signer-key.ts';
import { createProgram, runProgram } from '../../hsm/program/program.ts';
import { openToken } from '../../hsm/token/token.ts';
import { GateInHall } from '../../test/journals/gate-in-hall.ts';
import { doorsAt, makeSession, type SessionRows } from '../../test/journals/hall.ts';
import { makeTokenBed, type TokenBed } from '../../test/token/modules.ts';
import { migrate, openStore, type Store } from '../store/store.ts';
import { addCaseCommands } from './cases.ts';
import { addFiguresCommand } from './figures.ts';
import { addJournalCommands } from './journal.ts';

const minute = 60_000;
let bed: TokenBed;
let store: Store;
let session: SessionRows;
const gates: GateInHall[] = [];

beforeAll(async () => {
  bed = makeTokenBed('SoftHSM', ['ticketing']);
  const { pin, ...pkcs11 } = bed.options('ticketing');
  const token = await openToken({ ...pkcs11, pin });
  await makeSigner(token, 'list-signing');
  token.close();
  const database = fileIn('ticketing.sqlite');
  const config = { database, pkcs11, state: bed.folder, authority: { url: 'http://127.0.0.1' } };
  writeFileSync(fileIn('ticketing.json'), JSON.stringify({ ...config, organisation: 'Hall' }));
  await migrate(database);
  store = await openStore(database);
  session = await makeSession(store);
  for (const name of ['north', 'south']) gates.push(await GateInHall.enrol(store, session, name));
  const [north, south] = gates;
  await north?.tap(doorsAt + minute, 'K-1');
  await south?.tap(doorsAt + 2 * minute, 'K-1');
  await south?.tap(doorsAt + 3 * minute, 'K-2', { verdict: 'not-on-list' });
  for (const gate of gates) {
    await gate.close();
    writeFileSync(fileIn(`${gate.name}.journal`), gate.exported());
  }
  vi.stubEnv('KAZASU_PIN', pin);
  vi.stubEnv('DATABASE_URL', undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const gate of gates) await gate.remove();
  await store.close();
  bed.remove();
});

let said: string;
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return () => {
    vi.restoreAllMocks();
  };
});

const fileIn = (file: string): string => join(bed.folder, file);

/** Runs a command; answers its exit status and what it said on stdout. */
async function run(...argv: string[]): Promise<{ status: 0 | 1 | 2; lines: unknown[] }> {
  said = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const program = createProgram('kazasu-ticketing', 'Test.').configureOutput({ writeErr: () => undefined });
  for (const add of [addJournalCommands, addCaseCommands, addFiguresCommand]) add(program);
  const status = await runProgram(program, [...argv, '--config', fileIn('ticketing.json')]);
  stdout.mockRestore();
  process.exitCode = undefined;
  const isJson = argv.includes('--json');
  const lines = said.trimEnd().split('\n');
  return { status, lines: isJson && said !== '' ? lines.map((line) => JSON.parse(line) as unknown) : lines };
}

describe('after the doors', () => {
  it('journals come in by files: each by itself, with what was wrong, and again without a change', async () => {
    writeFileSync(fileIn('broken.journal'), 'no journal');
    const files = ['north.journal', 'broken.journal', 'south.journal', 'away.journal'].map(fileIn);
    const first = await run('journal', 'import', '--json', ...files);
    expect(first).toMatchObject({
      status: 1,
      lines: [
        { file: files[0], gate: 'north', entries: 4, sessions: [session.name], findings: [] },
        { error: 'malformed' },
        { file: files[2], gate: 'south', entries: 5 },
        { error: 'file-unreadable' },
        { session: session.name, found: 1, opened: 1 },
      ],
    });
    const again = await run('journal', 'import', '--json', fileIn('north.journal'), fileIn('south.journal'));
    expect(again).toMatchObject({ status: 0, lines: [{ entries: 0 }, { entries: 0 }] });
  });

  it('cases are listed and shown with what is needed to work them', async () => {
    const { lines } = await run('cases', '--json');
    expect(lines).toMatchObject([{ kind: 'double-entry', state: 'open' }]);
    const [{ id } = { id: '' }] = lines as { id: string }[];
    expect(await run('cases', 'show', '--json', id)).toMatchObject({
      status: 0,
      lines: [{ id, detail: { ticket: 'K-1', gates: ['north', 'south'] }, notes: [] }],
    });
    expect(await run('cases', '--json', '--state', 'closed')).toEqual({ status: 0, lines: [''] });
    expect((await run('cases', '--kind', 'double-entry')).lines).toEqual([
      expect.stringMatching(
        new RegExp(`^${id}  open .*  double-entry  session ${session.session} ticket K-1$`),
      ),
    ]);
    expect(await run('cases', 'show', '--json', 'none')).toMatchObject({
      status: 1,
      lines: [{ error: 'not-found' }],
    });
  });

  it('figures are shown, and written as a table', async () => {
    const shown = await run('figures', '--json', '--session', session.name);
    expect(shown).toMatchObject({
      status: 0,
      lines: [
        {
          doors: [
            { door: 'north', entries: 1 },
            { door: 'south', entries: 1 },
          ],
          refused: [{ verdict: 'not-on-list', taps: 1 }],
        },
      ],
    });
    const out = fileIn('figures.csv');
    const language = ['--language', 'en'];
    expect(await run('figures', '--json', '--session', session.name, '--out', out, ...language)).toEqual({
      status: 0,
      lines: [{ session: session.name, file: out }],
    });
    expect(readFileSync(out, 'utf8')).toContain('"People in","north","",1\r\n');
    expect((await run('figures', '--session', session.name)).lines).toContain('  refused: not-on-list 1');
  });

  it('an unknown session or organisation, or a table of no known form, is refused by its name', async () => {
    const unknown = await run('figures', '--json', '--session', 'spring/third night');
    expect(unknown).toMatchObject({ status: 1, lines: [{ error: 'not-there' }] });
    const elsewhere = await run('cases', '--json', '--organisation', 'Elsewhere');
    expect(elsewhere).toMatchObject({ status: 1, lines: [{ error: 'not-there' }] });
    expect(await run('figures', '--session', session.name, '--out', 'figures.txt')).toMatchObject({
      status: 2,
    });
  });
});
