import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram, type BundledProgram } from '../token/bundled-program.ts';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'hsm', 'README.md'), 'utf8');

/** The prompts, as a person at the terminal answers them. */
const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/New PIN of the security officer: $/, 'officer-of-the-day'],
  [/New PIN of the token: $/, 'gate-pin-1'],
  [/PIN of the token: $/, 'gate-pin-1'],
  [/approver PIN of Aoki: $/i, 'pin-of-aoki'],
  [/approver PIN of Baba: $/i, 'pin-of-baba'],
];

/** Of util-linux, which is everywhere: runs a command on a terminal of its own. */
const ON_A_TERMINAL = 'script';

let clone: BundledProgram;

beforeAll(async () => {
  clone = await bundleProgram();
});

afterAll(() => {
  clone.remove();
});

/** The commands of the README, in order, as printed. */
function commands(): string {
  return [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block).join('\n');
}

/**
 * Runs them in one shell on a terminal, where PINs are asked for and answered. `npx kazasu-hsm` runs the
 * program that the package names; npx itself is tried once below, for it takes a second each time.
 */
function runAtTerminal(text: string): Promise<{ status: number | null; output: string }> {
  const script = join(clone.folder, 'readme.sh');
  writeFileSync(script, `set -eu\nnpx() { shift; node dist/hsm/kazasu-hsm.js "$@"; }\n${text}`);
  const terminal = spawn(ON_A_TERMINAL, ['-qfec', 'bash readme.sh', '/dev/null'], {
    cwd: clone.folder,
    env: { PATH: process.env['PATH'], HOME: clone.folder, LANG: 'C.UTF-8' },
  });
  let output = '';
  let answered = 0;
  terminal.stdout.on('data', (data: Buffer) => {
    output += data.toString('utf8');
    const asked = output.slice(answered);
    const answer = ANSWERS.find(([prompt]) => prompt.test(asked))?.[1];
    if (answer === undefined) return;
    answered = output.length;
    terminal.stdin.write(`${answer}\n`);
  });
  return new Promise((resolve, reject) => {
    terminal.on('error', reject);
    terminal.on('close', (status) => {
      resolve({ status, output });
    });
  });
}

describe('the hsm README', () => {
  it('takes an operator from nothing to an activated terminal key, renewal and ceremony, as printed', async () => {
    const { status, output } = await runAtTerminal(commands());
    expect(output).toContain('is fit.');
    expect(output).toContain('active for jpki-rsa cards');
    expect(output).toContain('to serve jpki-rsa cards from 2027-04-01T00:00:00.000Z');
    expect(output).toMatch(/Destroyed terminal key [0-9a-f]{32}\./);
    expect(output).toContain('approved by Aoki and Baba');
    expect(output).toContain("This gate's token unwraps the key of event spring-2027.");
    for (const [, pin] of ANSWERS) expect(output).not.toContain(pin);
    expect(status).toBe(0);
  });

  it('leaves no PIN in the state folder outside the token', () => {
    const state = join(clone.folder, 'state');
    const kept = ['ceremony.jsonl', 'terminal-keys.json', 'approvers.json', 'request.json', 'spring-2027.key']
      .map((name) => readFileSync(join(state, name), 'utf8'))
      .join('\n');
    for (const [, pin] of ANSWERS) expect(kept).not.toContain(pin);
    expect(existsSync(join(state, '.kazasu-hsm.lock'))).toBe(false);
  });

  it('names the program as npx runs it', () => {
    const help = execFileSync('npx', ['kazasu-hsm', '--help'], { cwd: clone.folder, encoding: 'utf8' });
    for (const each of ['token', 'terminal-key', 'ceremony', 'trust', 'certificate'])
      expect(help).toContain(each);
  });

  it('names only commands that there are', () => {
    const named = [
      ...readme.matchAll(
        /`(?:npx kazasu-hsm )?((?:token|terminal-key|transport-key|event-key|ceremony) [a-z-]+)/g,
      ),
    ];
    expect(named.length).toBeGreaterThan(5);
    for (const command of new Set(named.map(([, name = '']) => name)))
      expect(() =>
        execFileSync(process.execPath, [clone.program, ...command.split(' '), '--help'], { stdio: 'pipe' }),
      ).not.toThrow();
  });
});
