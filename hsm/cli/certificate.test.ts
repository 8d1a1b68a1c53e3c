import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Authority } from '../../test/authority/authority.ts';
import { writePem } from '../certificate/pem.ts';
import { createProgram, runProgram } from '../program/program.ts';
import { addCertificateCommands } from './certificate.ts';

const at = '2026-11-21T09:00:00Z';
let folder: string;
let notAfter: string;
let serialBytes: number;
let serial: string;
let stdout: string;
let stderr: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-certificate-cli-'));
  const authority = await Authority.create({ now: () => new Date(at) });
  const [oldest, older, root, next] = authority.rootCertificates('authentication');
  const certificates = { oldest, older, root, next };
  for (const [name, bytes] of Object.entries(certificates)) await write(name, bytes ?? new Uint8Array());
  const good = authority.issuePerson().authentication;
  const revoked = authority.issuePerson().authentication;
  await write('good', good.certificate);
  await write('good.pem', Buffer.from(writePem(good.certificate, 'CERTIFICATE')));
  await write('expired', authority.issuePerson({ expired: true }).authentication.certificate);
  await write('revoked', revoked.certificate);
  await write(
    'old.crl',
    authority.crl('authentication', 2023, { nextUpdate: new Date('2026-11-20T00:00:00Z') }),
  );
  authority.revoke(revoked.certificate, 'superseded');
  await write('crl', authority.crl('authentication', 2023));
  await write('other.crl', authority.crl('authentication', 2019));
  serial = Buffer.from(good.serial).toString('hex');
  serialBytes = good.serial.length;
  notAfter = (await check('--root', path('root'), path('good'))).answer['notAfter'] as string;
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(() => {
  spyOnOutput();
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

function spyOnOutput(): void {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
}

function path(name: string): string {
  return join(folder, name);
}

async function write(name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path(name), bytes);
}

async function check(
  ...args: readonly string[]
): Promise<{ status: number; answer: Record<string, unknown> }> {
  spyOnOutput();
  stdout = '';
  stderr = '';
  process.exitCode = undefined;
  const program = createProgram('kazasu-hsm', 'test');
  addCertificateCommands(program);
  const command = ['--json', 'certificate', 'check', '--purpose', 'authentication', ...args];
  const status = await runProgram(program, command);
  const answer = stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
  return { status, answer };
}

describe('certificate check', () => {
  it('accepts a good certificate, and keeps its serial to itself', async () => {
    const { status, answer } = await check('--at', at, '--root', path('root'), path('good'));
    expect(status).toBe(0);
    expect(answer).toEqual({ verdict: 'accepted', code: null, reason: null, serialBytes, notAfter });
    expect(stdout + stderr).not.toContain(serial);
  });

  it('shows the serial to those who ask for it', async () => {
    const { answer } = await check('--at', at, '--show-serial', '--root', path('root'), path('good'));
    expect(answer).toMatchObject({ verdict: 'accepted', serial });
  });

  it('says the same to people', async () => {
    const program = createProgram('kazasu-hsm', 'test');
    addCertificateCommands(program);
    stdout = '';
    const args = ['--purpose', 'authentication', '--at', at, '--show-serial', '--root', path('root')];
    await runProgram(program, ['certificate', 'check', ...args, path('good')]);
    expect(stdout).toBe(
      `Accepted.\nValid to ${notAfter}, with a serial of ${serialBytes} bytes.\nSerial: ${serial}\n`,
    );
  });

  it('reads the command line in every order', async () => {
    const roots = ['--root', path('older'), path('root')];
    for (const args of [
      [...roots, '--at', at, path('good')],
      ['--at', at, ...roots, path('good')],
      [path('good.pem'), ...roots, '--at', at],
      [...roots, path('good.pem'), '--at', at],
      ['--root', path('older'), '--root', path('root'), path('good')],
    ]) {
      expect((await check(...args)).answer).toMatchObject({ verdict: 'accepted' });
    }
  });

  it('refuses with a code and a sentence', async () => {
    const { status, answer } = await check('--root', path('root'), '--at', at, path('expired'));
    expect(status).toBe(1);
    expect(answer).toMatchObject({
      verdict: 'refused',
      code: 'expired',
      reason: /^The certificate has expired/,
    });
    expect(answer['reason']).toMatch(/\.$/);
  });

  it('goes by the moment that is given', async () => {
    const { answer } = await check('--root', path('root'), '--at', '2020-01-01T00:00:00Z', path('good'));
    expect(answer).toMatchObject({ verdict: 'refused', code: 'not-yet-valid', serialBytes });
  });

  it('answers to what is no certificate, too', async () => {
    await write('text', Buffer.from('no certificate'));
    const { status, answer } = await check('--root', path('root'), path('text'));
    expect(status).toBe(1);
    expect(answer).toMatchObject({
      verdict: 'refused',
      code: 'malformed',
      serialBytes: null,
      notAfter: null,
    });
  });

  it('accepts what a list that counts does not name', async () => {
    const { status, answer } = await check(
      '--at',
      at,
      '--root',
      path('root'),
      '--crl',
      path('crl'),
      path('good'),
    );
    expect(answer).toMatchObject({ verdict: 'accepted' });
    expect(status).toBe(0);
  });

  it('refuses what a list that counts names, with why', async () => {
    const { status, answer } = await check(
      '--at',
      at,
      '--root',
      path('root'),
      '--crl',
      path('crl'),
      path('revoked'),
    );
    expect(answer).toMatchObject({ verdict: 'refused', code: 'revoked' });
    expect(answer['reason']).toContain('renewed');
    expect(status).toBe(1);
  });

  it('refuses where only another generation’s list is there', async () => {
    const roots = ['--root', path('root'), path('older')];
    const { answer } = await check('--at', at, ...roots, '--crl', path('other.crl'), path('good'));
    expect(answer).toMatchObject({ verdict: 'refused', code: 'revocation-unknown' });
  });

  it('refuses where the list is over, and reports it', async () => {
    const { answer } = await check(
      '--at',
      at,
      '--root',
      path('root'),
      '--crl',
      path('old.crl'),
      path('good'),
    );
    expect(answer).toMatchObject({ verdict: 'refused', code: 'revocation-stale' });
    expect(stderr).toContain('does not count');
  });

  it('is used wrongly without a file, a root, a purpose, or with a time that is none', async () => {
    expect((await check('--root', path('root'))).status).toBe(2);
    expect((await check(path('good'))).status).toBe(2);
    expect((await check('--root', path('root'), '--at', 'tomorrow', path('good'))).status).toBe(2);
    expect((await check('--root', path('root'), '--at', '2026-11-21T09:00:00', path('good'))).status).toBe(2);
    expect((await check('--purpose', 'entry', '--root', path('root'), path('good'))).status).toBe(2);
  });

  it('fails where a root is none', async () => {
    const { status, answer } = await check('--root', path('good'), path('good'));
    expect(status).toBe(1);
    expect(answer).toMatchObject({ error: 'not-self-signed' });
  });
});
