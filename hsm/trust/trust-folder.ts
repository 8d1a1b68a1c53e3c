import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TrustError } from './trust-error.ts';

/** Far more than any root takes; a larger file is not read at all. */
const LONGEST_FILE = 65_536;

/** The files in a folder with one ending, in order; none where there is no folder. */
export async function filesIn(folder: string, ending: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw new TrustError('unreadable', `The folder ${folder} cannot be read; check who may.`, {
      cause: error,
    });
  }
}

/** A small file's bytes. */
export async function readSmallFile(path: string): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size <= LONGEST_FILE) return await readWhole(path);
  } catch (error) {
    throw new TrustError(
      'unreadable',
      `The file ${path} cannot be read; check that it is there and who may.`,
      {
        cause: error,
      },
    );
  }
  throw new TrustError('unreadable', `The file ${path} is too large for a certificate or key.`);
}

/** Reads no more than the limit, even from what grows or has no size, as a pipe. */
async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = new Uint8Array(LONGEST_FILE);
    let length = 0;
    for (let read = -1; read !== 0 && length < LONGEST_FILE; length += read) {
      read = (await file.read(buffer, length, LONGEST_FILE - length)).bytesRead;
    }
    return buffer.slice(0, length);
  } finally {
    await file.close();
  }
}

/**
 * Writes a file so that a power cut leaves the old one, or the new one whole: beside it, on disk, then in
 * its place.
 */
export async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const beside = join(folder, `.${name}.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(beside, 'wx', 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, join(folder, name));
    await syncFolder(folder);
  } catch (error) {
    // Best effort: what kept the file from being written tells more than what keeps it from going away.
    await rm(beside, { force: true }).catch(() => undefined);
    throw new TrustError(
      'unwritable',
      `The folder ${folder} cannot be written to; check who may, and its room.`,
      {
        cause: error,
      },
    );
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
