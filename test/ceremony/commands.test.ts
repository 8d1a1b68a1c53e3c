import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram, type BundledProgram } from '../token/bundled-program.ts';
import { makeTokenBed, softhsmModule, TEST_PIN, type TokenBed } from '../token/modules.ts';
import { TerminalIssuer } from '../token/terminal-issuer.ts';

interface Answer {
  readonly status: number | null;
  readonly lines: Record<string, unknown>[];
  readonly messages: string;
}

const issuer = new TerminalIssuer('eac-p384');
const together = ['--approve', 'Aoki', '--approve', 'Baba'];
let clone: BundledProgram;
let bed: TokenBed;

beforeAll(async () => {
  clone = await bundleProgram();
  bed = makeTokenBed('SoftHSM', ['north', 'south']);
  writeFileSync(join(bed.folder, 'approvals'), 'Aoki:pin-of-aoki\nBaba:pin-of-baba\n');
  writeFileSync(join(bed.folder, 'root.pem'), issuer.root.publicKey.export({ type: 'spki', format: 'pem' }));
  for (const gate of ['north', 'south']) {
    mkdirSync(join(bed.folder, gate));
    run(gate, 'trust', 'add', 'root.pem', '--profile', 'eac-p384', '--yes');
    for (const name of ['Aoki', 'Baba'])
      run(gate, 'ceremony', 'approver', name, '--approvals-file', 'approvals');
  }
});

afterAll(() => {
  bed.remove();
  clone.remove();
});

/** Runs one command at that gate, as a machine would: JSON, no terminal, the PIN from the environment. */
function run(gate: string, ...command: string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [clone.program, '--json', ...command], {
    cwd: bed.folder,
    encoding: 'utf8',
    env: {
      ...bed.environment,
      KAZASU_PKCS11_MODULE: softhsmModule(),
      KAZASU_PKCS11_TOKEN: gate,
      KAZASU_STATE: join(bed.folder, gate),
      KAZASU_PIN: TEST_PIN,
    },
  });
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status, lines, messages: stderr };
}

describe('the commands of kazasu-hsm', () => {
  it('take a shared terminal key from one gate to another, with two persons', () => {
    const approved = [...together, '--approvals-file', 'approvals'];
    const request = [
      'terminal-key',
      'request',
      '--gate',
      'north',
      '--algorithm',
      'p384',
      '--shared',
      '--out',
      'request.json',
    ];
    expect(run('north', ...request).lines[0]).toMatchObject({ error: 'approval-missing' });
    expect(run('north', ...request, ...approved).status).toBe(0);
    const certificate = issuer.issue(JSON.parse(readFileSync(join(bed.folder, 'request.json'), 'utf8')));
    writeFileSync(join(bed.folder, 'terminal.cvc'), certificate);
    const { lines } = run('north', 'terminal-key', 'install', 'terminal.cvc');
    const id = String(lines[0]?.['installed']);
    run('south', 'transport-key', 'make');
    run('south', 'transport-key', 'show', '--out', 'south.json');
    const share = ['terminal-key', 'share', id, '--to', 'south.json', '--out', 'shared.json'];
    expect(run('north', ...share).lines[0]).toMatchObject({ error: 'approval-missing' });
    expect(existsSync(join(bed.folder, 'shared.json'))).toBe(false);
    expect(run('north', ...share, ...approved).status).toBe(0);
    expect(run('south', 'terminal-key', 'receive', 'shared.json', ...approved).status).toBe(0);
    run('south', 'terminal-key', 'activate');
    const [listed] = run('south', 'terminal-key', 'list').lines;
    expect(listed).toMatchObject({
      shared: true,
      profile: 'eac-p384',
      standing: 'active for eac-p384 cards',
    });
  });

  it('do nothing in a dry run but say what they would', () => {
    const before = run('north', 'ceremony', 'show').lines.length;
    const dry = run('north', 'gate-identity', 'make', '--dry-run');
    expect(dry.status).toBe(0);
    expect(dry.lines[0]).toMatchObject({ dryRun: true, act: 'gate-identity make' });
    expect(run('north', 'ceremony', 'show').lines).toHaveLength(before);
    expect(run('north', 'gate-identity', 'show').lines[0]).toMatchObject({ error: 'key-not-found' });
  });

  it('write down what failed, too', () => {
    expect(run('north', 'gate-identity', 'make').status).toBe(0);
    const again = run('north', 'gate-identity', 'make');
    expect(again.status).toBe(1);
    expect(run('north', 'ceremony', 'show').lines.at(-1)).toMatchObject({
      act: 'gate-identity make',
      outcome: 'failed',
      code: 'key-exists',
    });
  });

  it('take the PIN from a file descriptor, and never say it', () => {
    writeFileSync(join(bed.folder, 'pin'), `${TEST_PIN}\n`);
    const fd = openSync(join(bed.folder, 'pin'), 'r');
    const answer = spawnSync(
      process.execPath,
      [clone.program, 'token', 'status', '--pin-fd', '3', '--token', 'north', '--module', softhsmModule()],
      { encoding: 'utf8', env: { ...bed.environment }, stdio: ['ignore', 'pipe', 'pipe', fd] },
    );
    closeSync(fd);
    expect(answer.stdout).toContain('is ready');
    expect(answer.status).toBe(0);
    expect(answer.stdout + answer.stderr).not.toContain(TEST_PIN);
  });

  it('end with 2 where they are used wrongly, and with 1 and a sentence where they refuse', () => {
    expect(run('north', 'terminal-key', 'request').status).toBe(2);
    expect(run('north', 'terminal-key', 'activate', '--at', 'tomorrow').status).toBe(2);
    expect(run('north', 'token', 'status', '--pin-fd', 'x').status).toBe(2);
    const refused = run('north', 'terminal-key', 'destroy', '0000');
    expect(refused.status).toBe(1);
    expect(refused.messages).toContain('There is no terminal key 0000.');
    expect(refused.lines[0]).toMatchObject({ error: 'key-not-found' });
  });

  it('write over no file', () => {
    const over = run('north', 'terminal-key', 'request', '--gate', 'north', '--out', 'root.pem');
    expect(over.lines[0]).toMatchObject({ error: 'malformed' });
    expect(readFileSync(join(bed.folder, 'root.pem'), 'utf8')).toContain('PUBLIC KEY');
  });
});
