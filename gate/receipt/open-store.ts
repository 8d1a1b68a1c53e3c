import { renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ReceiptStore } from './receipt-store.ts';

/** How many receipts are kept for a reprint, the newest. */
const kept = 1000;

/**
 * Opens the queue on disk. A damaged file is kept aside under another name and a new one begun: a queue of
 * receipts must never keep a gate from opening.
 */
export function openStore(file: string, now: () => number): { store: ReceiptStore; damaged?: string } {
  try {
    return { store: new ReceiptStore(file, kept) };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const damaged = `${file}.damaged-${now()}`;
    renameSync(file, damaged);
    for (const tail of ['-wal', '-shm']) rmSync(`${file}${tail}`, { force: true });
    return { store: new ReceiptStore(file, kept), damaged };
  }
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB')
  );
}
