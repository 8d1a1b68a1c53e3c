import { createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { name, rootCertificate, writeCertificate } from '../../test/certificates/describe-certificate.ts';
import { makeCorpusKeys } from '../../test/certificates/keys.ts';
import { createProgram, runProgram } from '../program/program.ts';
import { addTrustCommands } from './trust.ts';

const keys = await makeCorpusKeys();
let folder: string;
let stdout: string;
let stderr: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-trust-cli-'));
  await writeFile(at('root.der'), writeCertificate(rootCertificate(keys.root)));
  await writeFile(
    at('signature.der'),
    writeCertificate(rootCertificate(keys.signatureRoot, {}, 'signature')),
  );
  const other = name(['2.5.4.3', 'Another']);
  await writeFile(
    at('other.der'),
    writeCertificate(rootCertificate(keys.stranger, { issuer: other, subject: other })),
  );
  await writeFile(at('key.pem'), createPublicKey(keys.user).export({ type: 'spki', format: 'pem' }));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

function at(file: string): string {
  return join(folder, file);
}

async function trust(...args: readonly string[]): Promise<number> {
  stdout = '';
  stderr = '';
  process.exitCode = undefined;
  const program = createProgram('kazasu-hsm', 'test');
  addTrustCommands(program);
  return runProgram(program, ['--json', 'trust', ...args, '--state', at('state')]);
}

function answers(): unknown[] {
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

describe('trust add', () => {
  it('wants an explicit yes for a root that it does not know, and shows the fingerprint to compare', async () => {
    expect(await trust('add', at('root.der'))).toBe(1);
    expect(answers()).toMatchObject([{ error: 'unknown-root' }]);
    expect(stderr).toMatch(/SHA-256 [0-9A-F]{64}/);
    await trust('list');
    expect(answers()).toEqual([]);
  });

  it('adds roots by the purpose that their name states', async () => {
    expect(await trust('add', at('root.der'), at('signature.der'), '--yes')).toBe(0);
    await trust('list');
    expect(answers()).toMatchObject([
      { kind: 'root', purpose: 'authentication', known: null, key: 'rsa' },
      { kind: 'root', purpose: 'signature' },
    ]);
  });

  it('asks for the purpose where the name does not state it', async () => {
    expect(await trust('add', at('other.der'), '--yes')).toBe(1);
    expect(answers()).toMatchObject([{ error: 'purpose-needed' }]);
    expect(await trust('add', at('other.der'), '--yes', '--purpose', 'signature')).toBe(0);
    expect(answers()).toMatchObject([{ added: { purpose: 'signature' } }]);
  });

  it('adds a terminal root key with its profile and reference', async () => {
    expect(await trust('add', at('key.pem'), '--yes')).toBe(1);
    expect(answers()).toMatchObject([{ error: 'profile-needed' }]);
    expect(await trust('add', at('key.pem'), '--yes', '--profile', 'jpki-rsa', '--reference', '3031')).toBe(
      0,
    );
    await trust('list');
    expect(answers()).toMatchObject([{ kind: 'terminal-root', profile: 'jpki-rsa', reference: '3031' }]);
  });

  it('adds none where one of them is wrong', async () => {
    await writeFile(at('damaged.der'), 'not a certificate');
    expect(await trust('add', at('root.der'), at('damaged.der'), '--yes')).toBe(1);
    expect(await trust('list')).toBe(0);
    expect(answers()).toEqual([]);
  });

  it('says which file is missing', async () => {
    expect(await trust('add', at('missing.der'))).toBe(1);
    expect(answers()).toMatchObject([{ error: 'unreadable' }]);
    expect(stderr).toContain('missing.der');
  });

  it('is used wrongly without a file or with another purpose', async () => {
    expect(await trust('add')).toBe(2);
    expect(await trust('add', at('root.der'), '--purpose', 'other')).toBe(2);
  });
});

describe('trust list', () => {
  it('names a file that is not taken, and fails', async () => {
    await trust('add', at('root.der'), '--yes');
    await writeFile(join(folder, 'state', 'trust', 'authentication', '00.pem'), 'x');
    expect(await trust('list')).toBe(1);
    const file = join(folder, 'state', 'trust', 'authentication', '00.pem');
    expect(answers()).toMatchObject([{ kind: 'root' }, { kind: 'refused', file }]);
  });
});
