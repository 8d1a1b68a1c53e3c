import Database from 'better-sqlite3';
import { JournalError } from '../journal-format/journal-error.ts';
import { mostPages } from './write-ahead-keeper.ts';

/** Raised with every change of the tables below. */
const schemaVersion = 1;

// `entry` and `checkpoint` are the journal. All else is worked out from the entries, in the transaction that
// writes them, so that questions at the door are fast; it can be thrown away and is then built again.
const schema = `
  CREATE TABLE entry (
    epoch INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, leaf BLOB NOT NULL,
    PRIMARY KEY (epoch, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE checkpoint (
    epoch INTEGER NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL, countersigned TEXT,
    PRIMARY KEY (epoch, size)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE movement (
    seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, number INTEGER NOT NULL, session TEXT NOT NULL,
    subject TEXT NOT NULL, direction TEXT NOT NULL, at INTEGER NOT NULL, tag BLOB, category TEXT NOT NULL,
    party TEXT, representative INTEGER NOT NULL, adult INTEGER NOT NULL, people INTEGER NOT NULL,
    UNIQUE (epoch, number)
  ) STRICT;
  CREATE INDEX movement_of_tag ON movement (tag, seq) WHERE tag IS NOT NULL;
  CREATE INDEX movement_of_subject ON movement (subject, seq);
  CREATE INDEX movement_of_party ON movement (party, seq) WHERE party IS NOT NULL;
  CREATE TABLE inside (
    session TEXT NOT NULL, subject TEXT NOT NULL, category TEXT NOT NULL, party TEXT, adult INTEGER NOT NULL,
    people INTEGER NOT NULL, PRIMARY KEY (session, subject)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX inside_of_party ON inside (party) WHERE party IS NOT NULL;
  CREATE TABLE tally (
    session TEXT NOT NULL, minute INTEGER NOT NULL, category TEXT NOT NULL, direction TEXT NOT NULL,
    people INTEGER NOT NULL, PRIMARY KEY (session, minute, category, direction)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE verdict (
    session TEXT NOT NULL, verdict TEXT NOT NULL, taps INTEGER NOT NULL, PRIMARY KEY (session, verdict)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pack (
    event TEXT NOT NULL, session TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (event, session)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE derived (
    id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, size INTEGER NOT NULL,
    movements INTEGER NOT NULL
  ) STRICT;
  INSERT INTO derived VALUES (1, 0, 0, 0);
`;

/**
 * Opens the journal's database for writing: what a transaction has committed is on the disk. Throws a
 * `JournalError`, `damaged` where the file is no longer a whole database.
 */
export function openDatabase(file: string): Database.Database {
  return guarded(() => {
    const database = new Database(file);
    try {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma(`wal_autocheckpoint = ${mostPages}`);
      checkSound(database);
      const version = database.pragma('user_version', { simple: true });
      if (version === 0) {
        database.exec(`BEGIN; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT;`);
      } else if (version !== schemaVersion) {
        throw new JournalError(
          'other-version',
          'The journal was written by another version of this program; hand it over with that version.',
        );
      }
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Throws a `JournalError`, `damaged`, where SQLite finds its own structures broken. */
export function checkSound(database: Database.Database): void {
  const [result] = database.pragma('quick_check(1)', { simple: false }) as { quick_check?: string }[];
  if (result?.quick_check !== 'ok') throw damaged();
}

/** Opens it for reading beside a gate that may be running. */
export function readDatabase(file: string): Database.Database {
  return guarded(() => new Database(file, { readonly: true, fileMustExist: true }));
}

/**
 * Lets one process at a time write a journal. The system gives the lock back when its holder ends, however
 * it ends.
 */
export function lockJournal(file: string): { release(): void } {
  const lock = guarded(() => new Database(`${file}.lock`, { timeout: 0 }));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new JournalError(
      'in-use',
      'Another process writes this journal: stop the gate that is running, or give this one a state folder of its own.',
      { cause },
    );
  }
  return {
    release() {
      lock.close();
    },
  };
}

/** Runs what touches the database; SQLite's own errors come out as ours. */
export function guarded<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw error instanceof Database.SqliteError ? explained(error) : error;
  }
}

function explained(cause: InstanceType<typeof Database.SqliteError>): unknown {
  const { code } = cause;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(cause);
  const isDisk = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'].some((each) =>
    code.startsWith(each),
  );
  if (!isDisk) return cause;
  const sentence =
    code === 'SQLITE_FULL'
      ? 'The disk is full: free some space; the gate admits nobody until the journal can be written.'
      : 'The journal cannot be written or read: check the disk and the rights on the state folder.';
  return new JournalError('disk', sentence, { cause });
}

function damaged(cause?: unknown): JournalError {
  return new JournalError(
    'damaged',
    "The journal's database is damaged: it is kept aside at the next start, and a new log begun.",
    { cause },
  );
}
