import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { buildChild, childEnvironment } from './child-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'kazasu-full-disk-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('a full disk admits nobody, loses nothing, and is well again when there is room', async () => {
  const [disk, program] = [join(folder, 'disk'), join(folder, 'child.cjs')];
  mkdirSync(disk);
  await buildChild('full-disk-child.ts', program);
  // A small disk of its own, in a mount namespace of its own: it is gone when the child is.
  const asUser = process.getuid?.() === 0 ? [] : ['-r'];
  const script = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3"';
  const { stdout } = await promisify(execFile)(
    'unshare',
    [...asUser, '-m', 'sh', '-c', script, 'sh', disk, process.execPath, program],
    { env: childEnvironment({ JOURNAL_DISK: disk }) },
  );
  expect(JSON.parse(stdout)).toEqual({
    shown: true,
    whenFull: 'disk',
    inWhenFull: true,
    afterwards: 'shown',
    agrees: true,
    findings: [],
  });
});
