import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const repository = join(import.meta.dirname, '..', '..');

/** A folder in which the programs that keep keys, and the sandbox's authority, run from the sources as they stand. */
export interface BundledProgram {
  readonly folder: string;
  /** kazasu-hsm itself, for `node`. */
  readonly program: string;
  readonly ticketing: string;
  remove(): void;
}

/**
 * Builds what an operator would run in a clone, in a folder of its own: a built `dist/` in the tree may be
 * older than the sources, and tests must not depend on it or change it.
 */
export async function bundleProgram(): Promise<BundledProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-clone-'));
  await build({
    absWorkingDir: repository,
    entryPoints: [
      'hsm/kazasu-hsm.ts',
      'ticketing/kazasu-ticketing.ts',
      'test/authority/issue-terminal-certificate.ts',
    ],
    outdir: join(folder, 'dist'),
    outbase: '.',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const program = join(folder, 'dist', 'hsm', 'kazasu-hsm.js');
  const ticketing = join(folder, 'dist', 'ticketing', 'kazasu-ticketing.js');
  for (const each of [program, ticketing]) chmodSync(each, 0o755);
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const manifest = {
    name: 'kazasu',
    version: '0.0.0',
    type: 'module',
    bin: {
      'kazasu-hsm': 'dist/hsm/kazasu-hsm.js',
      'kazasu-ticketing': 'dist/ticketing/kazasu-ticketing.js',
    },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return {
    folder,
    program,
    ticketing,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
