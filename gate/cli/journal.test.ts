import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram, runProgram } from '../../hsm/program/program.ts';
import { p256Spki } from '../../hsm/seal/p256-signature.ts';
import { JournalFolder } from '../../test/journal/journal-folder.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { entryCode } from '../receipt/entry-code.ts';
import { addJournalCommands } from './journal.ts';

let folder: JournalFolder;
let stdout: string;
let stderr: string;

beforeEach(() => {
  folder = new JournalFolder();
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (stdout += String(text)) !== '');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (stderr += String(text)) !== '');
  writeFileSync(
    path('gate.json'),
    JSON.stringify({
      gate: 'north-1',
      state: '.',
      pkcs11: { module: 'any', token: 'any' },
      listKeys: ['any.pem'],
    }),
  );
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  folder.remove();
});

const path = (name: string): string => join(folder.folder, name);
const out = (): string => path('handed-over');

function run(...argv: string[]): Promise<0 | 1 | 2> {
  stdout = '';
  stderr = '';
  const program = createProgram('kazasu-gate', 'The entry terminal.');
  addJournalCommands(program);
  return runProgram(program, ['journal', ...argv]);
}

function keyFile(publicKey: Uint8Array): string {
  const spki = Buffer.from(p256Spki(publicKey));
  const pem = createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({
    type: 'spki',
    format: 'pem',
  });
  writeFileSync(path('key.pem'), pem);
  return path('key.pem');
}

async function recorded(): Promise<void> {
  const journal = await folder.open();
  journal.record({ kind: 'lane', at: folder.now, open: true, by: 'supervisor' });
  await journal.close();
}

describe('journal export', () => {
  it('writes what verifies, and says how many entries it has', async () => {
    await recorded();
    expect(await run('export', '--config', path('gate.json'), '--out', out(), '--json')).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ logs: 1, entries: 4, signed: 4 });
    expect(await run('verify', out(), '--key', keyFile(folder.signer.publicKey), '--json')).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      verdict: 'whole',
      gate: 'north-1',
      signaturesChecked: true,
      logs: [{ epoch: 1, entries: 4, signed: 4 }],
      findings: [],
    });
  });

  it('works beside a gate that is running, and says what is not signed yet', async () => {
    const journal = await folder.open();
    journal.record({ kind: 'lane', at: folder.now, open: true, by: 'supervisor' });
    expect(await run('export', '--config', path('gate.json'), '--out', out())).toBe(0);
    expect(stdout).toContain('3 entries in 1 logs');
    expect(stdout).toContain('The last 2 are not signed yet');
    await journal.close();
  });

  it('says that there is no journal where there is none', async () => {
    expect(await run('export', '--config', path('gate.json'), '--out', out(), '--json')).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: 'not-open' });
  });
});

describe('journal verify', () => {
  beforeEach(async () => {
    await recorded();
    await run('export', '--config', path('gate.json'), '--out', out());
  });

  it('ends with 1 and says what is wrong', async () => {
    const bytes = readFileSync(out());
    const place = bytes.indexOf('supervisor');
    bytes.write('S', place);
    writeFileSync(out(), bytes);
    expect(await run('verify', out(), '--key', keyFile(folder.signer.publicKey))).toBe(1);
    expect(stdout).toContain('entry-changed: Entry 2 of log 1 is not what it was');
  });

  it('says that without a key the result proves nothing', async () => {
    expect(await run('verify', out())).toBe(0);
    expect(stdout).toContain('Signatures were not checked');
  });

  it("ends with 1 where the key is not the gate's", async () => {
    expect(await run('verify', out(), '--key', keyFile(softwareSigner().publicKey), '--json')).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'wrong', findings: [{ code: 'unknown-key' }] });
  });

  it('refuses what is no journal, no key or no file', async () => {
    expect(await run('verify', path('gate.json'))).toBe(1);
    expect(stderr).toContain('not a journal that was handed over');
    expect(await run('verify', out(), '--key', path('gate.json'))).toBe(1);
    expect(stderr).toContain('not a P-256 public key');
    expect(await run('verify', path('nothing'))).toBe(1);
    expect(stderr).toContain('There is no file');
  });

  it('ends with 2 where it is used wrongly', async () => {
    expect(await run('export')).toBe(2);
  });
});

describe('journal prove and verify-proof', () => {
  const proof = (): string => path('entry.tlog-proof');
  const prove = (entry: string): Promise<0 | 1 | 2> =>
    run('prove', '--config', path('gate.json'), '--entry', entry, '--out', proof(), '--json');

  it('prove an entry by its place or by the code on a receipt, to whoever has the gate’s key', async () => {
    await recorded();
    const key = keyFile(folder.signer.publicKey);
    for (const entry of ['1/2', entryCode({ epoch: 1, number: 2 })]) {
      expect(await prove(entry)).toBe(0);
      expect(await run('verify-proof', proof(), '--key', key, '--json')).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'proven',
        signatureChecked: true,
        gate: 'north-1',
        epoch: 1,
        entry: { kind: 'lane', number: 2, by: 'supervisor' },
      });
    }
    expect(await run('verify-proof', proof(), '--key', keyFile(softwareSigner().publicKey), '--json')).toBe(
      1,
    );
    expect(JSON.parse(stdout)).toMatchObject({ error: 'unknown-key' });
    expect(await run('verify-proof', proof())).toBe(0);
    expect(stdout).toContain('proves nothing');
  });

  it('say where there is no such entry, and where none is signed yet', async () => {
    await recorded();
    expect(await prove('1/99')).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: 'no-such-entry' });
    const silent = { ...folder.signer, sign: () => Promise.reject(new Error('The HSM is gone.')) };
    const unsigned = await folder.open({ signer: silent });
    expect(await prove('2/0')).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: 'not-signed-yet' });
    await unsigned.close();
    expect(await prove('1-1-9')).toBe(2);
  });
});
