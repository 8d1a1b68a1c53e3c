import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the built screens, as it is sent. */
export interface ScreenFile {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  /** Left out where it would be no shorter. */
  readonly gzip?: Uint8Array<ArrayBuffer>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where `npm run build` puts the screens, seen from the compiled program and from its source. */
export const builtScreens = join(
  import.meta.dirname,
  ...(import.meta.filename.endsWith('.js') ? ['..', '..', 'ui'] : ['..', '..', 'dist', 'ui']),
);

/**
 * Reads the built screens whole, once, by their paths below `folder`: nothing that a request says ever names
 * a file of the disk. Empty where they were not built.
 */
export function readScreenFiles(folder: string): ReadonlyMap<string, ScreenFile> {
  const files = new Map<string, ScreenFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const plain = Uint8Array.from(readFileSync(file));
    const gzip = Uint8Array.from(gzipSync(plain, { level: 9 }));
    const path = file.slice(folder.length + 1).replaceAll('\\', '/');
    files.set(path, { type, plain, ...(gzip.length < plain.length ? { gzip } : {}) });
  }
  return files;
}

/** A file in the form that the asker's Accept-Encoding takes, with what is to be said of it. */
export function sentAs(
  { type, plain, gzip }: ScreenFile,
  acceptEncoding = '',
): { readonly body: Uint8Array<ArrayBuffer>; readonly headers: Record<string, string> } {
  const takesGzip = /(^|[\s,])gzip\s*(,|;(?!\s*q=0(\.0*)?\s*(,|$))|$)/i.test(acceptEncoding);
  const headers = { 'content-type': type, vary: 'accept-encoding' };
  if (gzip === undefined || !takesGzip) return { body: plain, headers };
  return { body: gzip, headers: { ...headers, 'content-encoding': 'gzip' } };
}
