import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyError } from './key-error.ts';

const LOCK = '.kazasu-hsm.lock';

/** Reads a file of the state folder; `undefined` where there is none. */
export async function readState(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes a file of the state folder so that a power cut leaves the old one, or the new one whole: beside
 * it, on disk, then in its place.
 */
export async function writeState(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const beside = join(folder, `.${name}.${randomUUID()}`);
  try {
    const file = await open(beside, 'wx', 0o640);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, join(folder, name));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Appends a line to a file of the state folder, and returns once it is on disk. */
export async function appendState(folder: string, name: string, line: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const file = await open(join(folder, name), 'a', 0o640);
  try {
    await file.writeFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(folder);
}

/** Runs `work` while no other program changes the same state folder. */
export async function whileLocked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const lock = join(folder, LOCK);
  await takeLock(lock);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<void> {
  for (let tried = 0; tried < 2; tried += 1) {
    try {
      const file = await open(lock, 'wx', 0o640);
      await file.writeFile(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (await holderLives(lock)) break;
      // Left behind by a program that was cut off.
      await rm(lock, { force: true });
    }
  }
  throw new KeyError(
    'wrong-state',
    'Another kazasu-hsm is at work in the same state folder. Wait until it is done, and try again.',
  );
}

async function holderLives(lock: string): Promise<boolean> {
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (!Number.isSafeInteger(holder) || holder <= 0) return false;
  try {
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
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

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
