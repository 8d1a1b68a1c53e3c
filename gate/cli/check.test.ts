import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNetworkPrinter } from '../../test/printer/network-printer.ts';
import { textOf } from '../../test/printer/paper.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../../test/reader/private-pcscd.ts';
import { openWorld, type World } from '../../test/world/world.ts';
import type { ReadyReport } from '../check/ready-check.ts';

// The program as it is built: `npm test` builds it first.
const program = join(import.meta.dirname, '../../dist/gate/kazasu-gate.js');
const folder = mkdtempSync(join(tmpdir(), 'kazasu-check-'));
let world: World;
let pcscd: PrivatePcscd;

beforeAll(async () => {
  world = await openWorld({ folder: join(folder, 'world'), profile: 'eac-p384', crowd: 1 });
  pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: 1 });
});
afterAll(async () => {
  await pcscd.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, argv: readonly string[]): Promise<Run> {
  const env = { ...process.env, ...world.gateEnvironment, PCSCLITE_CSOCK_NAME: pcscd.socket };
  return new Promise((resolve) => {
    const child = execFile(command, argv, { env }, (_, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const check = (config: string, ...more: string[]): Promise<Run> =>
  run(process.execPath, [program, 'check', '--config', config, ...more]);

/** The same configuration with one thing changed. */
function configured(change: object): string {
  const file = join(folder, 'world', 'changed.json');
  writeFileSync(
    file,
    JSON.stringify({ ...(JSON.parse(readFileSync(world.config, 'utf8')) as object), ...change }),
  );
  return file;
}

it('says of a ready gate what it found, and that it is ready', async () => {
  const { status, stdout } = await check(world.config);
  expect(stdout).toMatch(/✔ readers/);
  expect(stdout).toMatch(/✔ terminal-certificate/);
  expect(stdout).toMatch(/The gate is ready\.\n$/);
  expect(status).toBe(0);
});

it('says of a gate that is not ready what to mend, ends with 1, and never says the PIN', async () => {
  const { status, stdout, stderr } = await check(configured({ gateGroup: 'south' }));
  expect(stdout).toMatch(/✘ pack .* another gate group/);
  expect(stdout).toMatch(/Not ready: 1 to mend\.\n$/);
  expect(status).toBe(1);
  expect(stdout + stderr).not.toContain(world.gateEnvironment['KAZASU_PIN']);
});

it('answers machines with one line', async () => {
  const { status, stdout } = await check(configured({ reader: 'none-such' }), '--json');
  const report = JSON.parse(stdout) as ReadyReport;
  expect(report.ready).toBe(false);
  expect(report.items.filter(({ ready }) => !ready).map(({ item }) => item)).toEqual(['readers']);
  expect(status).toBe(1);
});

it('asks for a test card, and says when none came', async () => {
  const { status, stdout, stderr } = await check(world.config, '--card', '--wait', '1');
  expect(stderr).toContain('Hold a test card to the reader.');
  expect(stdout).toMatch(/✘ card .* Hold one/);
  expect(status).toBe(1);
});

it('prints what it found where it is told to, ready or not', async () => {
  const paper = await startNetworkPrinter();
  try {
    const { status } = await check(configured({ printer: paper.address }), '--print');
    expect(status).toBe(0);
    const unready = configured({ printer: paper.address, reader: 'none-such' });
    expect((await check(unready, '--print')).status).toBe(1);
    const [ready = [], not = []] = paper.printer.slips.map(textOf);
    expect(ready).toContain('Ready check: ready');
    expect(ready.filter((line) => line.startsWith('NG'))).toEqual([]);
    expect(ready.filter((line) => line.startsWith('OK')).length).toBeGreaterThan(8);
    expect(not).toContain('Ready check: not ready');
    expect(not.filter((line) => line.startsWith('NG'))).toEqual(['NG リーダー Readers']);
    expect(not.join(' ')).toContain('none-such');
  } finally {
    await paper.close();
  }
});

it('says why nothing is printed: no printer, or one that does not print', async () => {
  const none = await check(world.config, '--print');
  expect(none.status).toBe(1);
  expect(none.stdout).toMatch(/The gate is ready\.\n$/);
  expect(none.stderr).toMatch(/no printer; name one by "printer"/);
  const paper = await startNetworkPrinter();
  paper.printer.loadPaper(0);
  const empty = await check(configured({ printer: paper.address }), '--print');
  await paper.close();
  expect(empty.status).toBe(1);
  expect(empty.stdout).toMatch(/✘ printer .*paper/);
  expect(empty.stderr).toMatch(/paper/);
});

it('is wrong use without a configuration, or with a wait that is none', async () => {
  expect((await run(process.execPath, [program, 'check'])).status).toBe(2);
  expect((await check(world.config, '--card', '--wait', 'long')).status).toBe(2);
});

it('finds a disk that is full, and one that is too small for an event', async () => {
  // A small disk of its own over the state folder, in a mount namespace of its own: gone when the program is.
  const asUser = process.getuid?.() === 0 ? [] : ['-r'];
  const onDisk = (then: string): Promise<Run> => {
    const script =
      'cp -a "$1" "$2" && mount -t tmpfs -o size=4m tmpfs "$1" && cp -a "$2"/. "$1" && ' +
      `{ ${then}; } && shift 2 && exec "$@"`;
    const state = join(folder, 'world', 'gate');
    const copy = mkdtempSync(join(folder, 'copy-'));
    const argv = [process.execPath, program, 'check', '--json', '--config', world.config];
    return run('unshare', [...asUser, '-m', 'sh', '-c', script, 'sh', state, join(copy, 'gate'), ...argv]);
  };
  const unready = ({ stdout }: Run): Partial<Record<string, string>> =>
    Object.fromEntries(
      (JSON.parse(stdout) as ReadyReport).items
        .filter(({ ready }) => !ready)
        .map(({ item, text }) => [item, text]),
    );
  const small = unready(await onDisk('true'));
  expect(Object.keys(small)).toEqual(['disk']);
  expect(small['disk']).toMatch(/Only \d MB are free .* free 64 MB before doors/);
  const full = unready(await onDisk('dd if=/dev/zero of="$1"/ballast bs=4096 2>/dev/null || true'));
  expect(full['disk']).toMatch(/Nothing can be written .* free some space/);
});
