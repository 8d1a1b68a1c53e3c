import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A session's files on the gate's disk: the packs and deltas that were taken, by version. */
export interface KeptFile {
  readonly path: string;
  readonly kind: 'pack' | 'delta';
  readonly version: number;
}

const fileName = /^(pack|delta)-(\d{16})\.kazasu$/;

/** A session's own folder: named by a hash, since names of events can hold anything. */
export function sessionFolder(root: string, event: string, session: string): string {
  const name = createHash('sha256').update(event).update('\0').update(session).digest('hex').slice(0, 32);
  return join(root, name);
}

export async function sessionFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(noneWhereMissing);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(root, entry.name));
}

/** The newest pack of a folder and the deltas above it, in order; then all that these make needless. */
export async function keptFiles(folder: string): Promise<{ current: KeptFile[]; outdated: KeptFile[] }> {
  const names = await readdir(folder).catch(noneWhereMissing);
  const files = names.flatMap((name): KeptFile[] => {
    const [, kind, version] = fileName.exec(name) ?? [];
    if (kind !== 'pack' && kind !== 'delta') return [];
    return [{ path: join(folder, name), kind, version: Number(version) }];
  });
  files.sort((a, b) => a.version - b.version);
  const pack = files.findLast(({ kind }) => kind === 'pack');
  if (pack === undefined) return { current: [], outdated: [] };
  const current = files.filter(({ kind, version }) => kind === 'delta' && version > pack.version);
  return { current: [pack, ...current], outdated: files.filter(({ version }) => version < pack.version) };
}

/** A file that is on disk under a name that nobody reads yet. */
export interface PendingFile {
  /** Gives it its name, at once and for good. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Writes a file in two steps, so that a power cut at any moment leaves the old state or the new. */
export async function prepareFile(
  folder: string,
  kind: KeptFile['kind'],
  version: number,
  bytes: Uint8Array,
): Promise<PendingFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${kind}-${String(version).padStart(16, '0')}.kazasu`);
  const pending = `${path}.${process.pid}.part`;
  const file = await open(pending, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await rm(pending, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return {
    commit: async () => {
      await rename(pending, path);
      await syncFolder(folder);
    },
    discard: () => rm(pending, { force: true }),
  };
}

export async function removeFiles(files: readonly KeptFile[]): Promise<void> {
  for (const { path } of files) await rm(path, { force: true });
}

export function readKept({ path }: KeptFile): Promise<Uint8Array> {
  return readFile(path);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function noneWhereMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
