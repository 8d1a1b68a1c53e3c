import Database from 'better-sqlite3';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { guarded } from './database.ts';
import type { StoredCheckpoint, StoredEntry } from './log-store.ts';

/** What could still be read of a damaged database. */
export interface Salvage {
  readonly entries: readonly StoredEntry[];
  readonly checkpoints: readonly StoredCheckpoint[];
}

/**
 * Sets a damaged database aside, with what belongs to it, under a name that says so. Answers that name.
 * Nothing of it is ever written again: it is evidence.
 */
export function setAside(file: string, at: number): string {
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  let copy = `${file}.damaged-${stamp}`;
  for (let n = 2; existsSync(copy); n += 1) copy = `${file}.damaged-${stamp}-${n}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, copy + suffix);
  }
  return copy;
}

/** Where a fresh database is built while the damaged one is still in its place. */
export function mendingName(file: string): string {
  return `${file}.mending`;
}

/** Puts a fresh database in its place, where a power cut came after the damaged one had left it. */
export function finishMending(file: string): void {
  const fresh = mendingName(file);
  if (!existsSync(file) && existsSync(fresh)) renameSync(fresh, file);
}

/** Removes a database that was never finished. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

/** Reads what is left of a damaged database: from its beginning and from its end up to the damage. */
export function salvage(file: string): Salvage {
  let database: Database.Database;
  try {
    database = guarded(() => new Database(file, { readonly: true, fileMustExist: true }));
  } catch {
    return { entries: [], checkpoints: [] };
  }
  try {
    const columns = 'SELECT epoch, number, bytes, leaf FROM entry ORDER BY';
    const found = new Map<string, StoredEntry>();
    for (const order of ['epoch, number', 'epoch DESC, number DESC']) {
      for (const row of readable<StoredEntry>(database, `${columns} ${order}`)) {
        if (isEntry(row)) found.set(`${row.epoch} ${row.number}`, row);
      }
    }
    const entries = [...found.values()].sort((a, b) => a.epoch - b.epoch || a.number - b.number);
    const sql = 'SELECT epoch, size, note, countersigned FROM checkpoint ORDER BY epoch, size';
    return { entries, checkpoints: [...readable<StoredCheckpoint>(database, sql)].filter(isCheckpoint) };
  } finally {
    database.close();
  }
}

function* readable<Row>(database: Database.Database, sql: string): Generator<Row> {
  try {
    yield* database.prepare<[], Row>(sql).iterate();
  } catch {
    // Here the damage begins; what came before it is whole.
  }
}

function isEntry({ epoch, number, bytes, leaf }: StoredEntry): boolean {
  const numbers = Number.isSafeInteger(epoch) && epoch > 0 && Number.isSafeInteger(number) && number >= 0;
  return numbers && Buffer.isBuffer(bytes) && Buffer.isBuffer(leaf) && leaf.length === 32;
}

function isCheckpoint({ epoch, size, note, countersigned }: StoredCheckpoint): boolean {
  const numbers = Number.isSafeInteger(epoch) && Number.isSafeInteger(size);
  return numbers && typeof note === 'string' && (countersigned === null || typeof countersigned === 'string');
}

/**
 * The boot epoch is kept beside the database as well, so that a damaged or lost one never leads to a
 * number that was used before.
 */
export function readEpoch(file: string): number {
  try {
    const text = readFileSync(`${file}.epoch`, 'utf8').trim();
    return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0;
  } catch {
    return 0;
  }
}

/** Writes the boot epoch so that it survives a power cut, before it is used. */
export function writeEpoch(file: string, epoch: number): void {
  const fresh = `${file}.epoch.new`;
  const handle = openSync(fresh, 'w');
  try {
    writeSync(handle, `${epoch}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, `${file}.epoch`);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
