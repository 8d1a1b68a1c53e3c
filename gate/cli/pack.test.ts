import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createProgram, runProgram } from '../../hsm/program/program.ts';
import { p256Spki } from '../../hsm/seal/p256-signature.ts';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { clearEventKey } from '../../test/entry-list/event-key.ts';
import { bytesOf, hour, sampleCard, sampleContents, sampleList } from '../../test/entry-list/sample.ts';
import { openEntryList } from '../../ticketing/entry-list/entry-list.ts';
import { writeDelta } from '../../ticketing/entry-list/write-entry-list.ts';
import { writePack } from '../../ticketing/entry-list/write-pack.ts';
import { addPackCommands } from './pack.ts';

const signer = clearSigner();
const key = clearEventKey(bytesOf('event key'));
const now = new Date();
const folder = mkdtempSync(join(tmpdir(), 'kazasu-pack-cli-'));
const config = join(folder, 'gate.json');
const keyFile = join(folder, 'list.pem');
const packFile = join(folder, 'evening.pack');

beforeAll(async () => {
  const spki = { key: Buffer.from(p256Spki(signer.publicKey)), format: 'der', type: 'spki' } as const;
  writeFileSync(keyFile, createPublicKey(spki).export({ format: 'pem', type: 'spki' }));
  const pkcs11 = { module: 'none.so', token: 'none' };
  writeFileSync(
    config,
    JSON.stringify({ gate: 'g1', gateGroup: 'north', pkcs11, listKeys: ['list.pem'], state: 'state' }),
  );
  writeFileSync(packFile, await pack(7));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function listOf(version: number): Promise<Uint8Array> {
  const validUntil = new Date(now.getTime() + hour);
  return sampleList(key, signer, 5, { version, issuedAt: now, validFrom: now, validUntil });
}

async function pack(version: number): Promise<Uint8Array> {
  return writePack({ list: await listOf(version), contents: sampleContents(), issuedAt: now, signer });
}

/** Runs a command line; answers its status and what it wrote to stdout. */
async function run(...argv: string[]): Promise<{ status: number; out: string }> {
  const written: string[] = [];
  const stdout = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const program = createProgram('kazasu-gate', 'The entry terminal.');
    addPackCommands(program);
    const status = await runProgram(program, argv);
    return { status, out: written.join('') };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

describe('kazasu-gate pack', () => {
  it('inspect tells what a pack is, once its signature holds', async () => {
    const { status, out } = await run('--json', 'pack', 'inspect', packFile, '--key', keyFile);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'pack',
      event: 'autumn-2026',
      session: 'evening',
      gateGroup: 'north',
      version: 7,
      entries: 5,
      valid: 'now',
      gates: [Buffer.from(bytesOf('gate')).toString('hex')],
    });
    const inWords = await run('pack', 'inspect', packFile, '--config', config);
    expect(inWords.out).toContain('秋の音楽会');
  });

  it('inspect tells of lists and deltas too', async () => {
    const list = await listOf(7);
    const file = join(folder, 'list');
    writeFileSync(file, list);
    const listed = await run('--json', 'pack', 'inspect', file, '--key', keyFile);
    expect(JSON.parse(listed.out)).toMatchObject({ kind: 'list', entries: 5, revoked: 0 });
    const base = openEntryList(list, { verifyKeys: signer.verifyKeys, gateGroup: 'north', now });
    const revoked = [await key.serialHash(sampleCard(1))];
    writeFileSync(file, await writeDelta({ base, version: 8, issuedAt: now, signer, written: [], revoked }));
    const changed = await run('--json', 'pack', 'inspect', file, '--key', keyFile);
    expect(JSON.parse(changed.out)).toMatchObject({ kind: 'delta', base: 7, version: 8, revoked: 1 });
    expect((await run('pack', 'inspect', file, '--key', keyFile)).out).toContain('version 7');
  });

  it('inspect believes nothing without a key, and refuses a damaged file with its reason', async () => {
    expect((await run('pack', 'inspect', packFile)).status).toBe(1);
    const damaged = join(folder, 'damaged');
    writeFileSync(damaged, (await pack(7)).subarray(0, 800));
    const { status, out } = await run('--json', 'pack', 'inspect', damaged, '--key', keyFile);
    expect([status, JSON.parse(out)]).toEqual([
      1,
      { error: 'damaged', reason: expect.stringContaining('fetch') as string },
    ]);
    expect((await run('pack', 'inspect', join(folder, 'nothing'), '--key', keyFile)).status).toBe(1);
    expect((await run('pack', 'inspect', packFile, '--key', packFile)).status).toBe(1);
  });

  it('take keeps a pack and its deltas, and refuses what is not newer', async () => {
    const taken = await run('--json', 'pack', 'take', packFile, '--config', config);
    expect([taken.status, JSON.parse(taken.out)]).toEqual([
      0,
      { kind: 'pack', event: 'autumn-2026', session: 'evening', version: 7 },
    ]);
    const again = await run('--json', 'pack', 'take', packFile, '--config', config);
    expect([again.status, JSON.parse(again.out)]).toMatchObject([1, { error: 'not-newer' }]);
    const newer = join(folder, 'newer');
    writeFileSync(newer, await pack(8));
    expect((await run('pack', 'take', newer, '--config', config)).out).toBe(
      'Taken: autumn-2026, evening, version 8.\n',
    );
  });

  it('take without a configuration is wrong use', async () => {
    expect((await run('pack', 'take', packFile)).status).toBe(2);
  });
});
