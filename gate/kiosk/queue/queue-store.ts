import Database from 'better-sqlite3';
import { renameSync, rmSync } from 'node:fs';

/**
 * Where an application is: `waiting` until the service has it, then `settled` with what came of it. What was
 * signed goes when it is settled; what came of it, some time after its holder was told.
 */
export type Stage = 'waiting' | 'settled';

/** An application on disk. All that is of a person is sealed. */
export interface KeptApplication {
  /** The form's own id. */
  readonly id: string;
  /** When it was signed, milliseconds since 1970. */
  readonly at: number;
  readonly stage: Stage;
  /** What was signed, while it waits; what came of it, once it is settled. */
  readonly sealed: Uint8Array;
}

const schema = `
  CREATE TABLE IF NOT EXISTS application (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, number TEXT NOT NULL,
    at INTEGER NOT NULL, stage TEXT NOT NULL, sealed BLOB NOT NULL, settled INTEGER, told INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_stage ON application (stage, place);
  CREATE INDEX IF NOT EXISTS by_number ON application (number)`;

const columns = 'id, at, stage, sealed';

/** The queue's file. */
export class QueueStore {
  readonly #database: Database.Database;

  constructor(file: string) {
    this.#database = new Database(file);
    try {
      this.#database.pragma('journal_mode = WAL');
      // What a visitor was told is kept must outlive a power cut; what is erased must be gone.
      this.#database.pragma('synchronous = FULL');
      this.#database.pragma('secure_delete = ON');
      if (this.#database.pragma('quick_check', { simple: true }) !== 'ok') {
        throw new Database.SqliteError('damaged', 'SQLITE_CORRUPT');
      }
      this.#database.exec(schema);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  add(application: { id: string; number: string; at: number; sealed: Uint8Array }): void {
    const { id, number, at, sealed } = application;
    this.#database
      .prepare(`INSERT INTO application (id, number, at, stage, sealed) VALUES (?, ?, ?, 'waiting', ?)`)
      .run(id, number, at, sealed);
  }

  /** Replaces what was signed by what came of it. */
  settle(id: string, sealed: Uint8Array, at: number): void {
    this.#database
      .prepare(`UPDATE application SET stage = 'settled', sealed = ?, settled = ? WHERE id = ?`)
      .run(sealed, at, id);
    this.#truncate();
  }

  /** Its holder was told what came of it. */
  tell(id: string, at: number): void {
    this.#database.prepare('UPDATE application SET told = ? WHERE id = ? AND told IS NULL').run(at, id);
  }

  firstWaiting(): KeptApplication | undefined {
    return this.#database
      .prepare<[], KeptApplication>(
        `SELECT ${columns} FROM application WHERE stage = 'waiting' ORDER BY place LIMIT 1`,
      )
      .get();
  }

  /** The newest of that receipt number. */
  newestOf(number: string): KeptApplication | undefined {
    return this.#database
      .prepare<[string], KeptApplication>(
        `SELECT ${columns} FROM application WHERE number = ? ORDER BY place DESC LIMIT 1`,
      )
      .get(number);
  }

  count(stage: Stage): number {
    return (
      this.#database
        .prepare<[string], number>('SELECT count(*) FROM application WHERE stage = ?')
        .pluck()
        .get(stage) ?? 0
    );
  }

  /** Erases what was settled before, and what its holder was told of before that other time. */
  erase(before: { readonly settled: number; readonly told: number }): number {
    const { changes } = this.#database
      .prepare(`DELETE FROM application WHERE stage = 'settled' AND (settled < ? OR told < ?)`)
      .run(before.settled, before.told);
    if (changes > 0) this.#truncate();
    return changes;
  }

  close(): void {
    this.#database.close();
  }

  /** What was erased is not left in the write-ahead log either. */
  #truncate(): void {
    this.#database.pragma('wal_checkpoint(TRUNCATE)');
  }
}

/** Opens the file; a damaged one is kept aside under another name, which is answered, and a new one begun. */
export function openQueueStore(file: string, now: number): { store: QueueStore; damaged?: string } {
  try {
    return { store: new QueueStore(file) };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const damaged = `${file}.damaged-${now}`;
    renameSync(file, damaged);
    for (const tail of ['-wal', '-shm']) rmSync(`${file}${tail}`, { force: true });
    return { store: new QueueStore(file), damaged };
  }
}

function isDamage(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError)) return false;
  return error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB';
}
