import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** Makes a program that node runs by itself out of one of this folder's files. */
export async function buildChild(source: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['better-sqlite3'],
    logLevel: 'error',
  });
}

/** The environment in which it finds what is not in it. */
export function childEnvironment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const modules = resolve(import.meta.dirname, '../../node_modules');
  return { ...process.env, NODE_OPTIONS: '', NODE_PATH: modules, ...more };
}
