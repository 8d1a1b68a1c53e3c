import { existsSync } from 'node:fs';
import { checkSound, guarded, lockJournal, readDatabase } from './database.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { LogStore, type LogEnd } from './log-store.ts';

/** What a journal looks like from outside. */
export interface CheckedJournal {
  /** The end of its last log; `undefined` where nothing was ever recorded. */
  readonly end: LogEnd | undefined;
  /** A running gate writes it. */
  readonly inUse: boolean;
}

/**
 * Looks a journal through without changing it, also beside a gate that is running. Throws `damaged` where
 * the next start would set it aside.
 *
 * @example
 * const { end, inUse } = checkJournal(join(config.state, 'journal.sqlite'));
 */
export function checkJournal(file: string): CheckedJournal {
  const inUse = isLocked(file);
  if (!existsSync(file)) return { end: undefined, inUse };
  const database = readDatabase(file);
  try {
    return guarded(() => {
      checkSound(database);
      const end = new LogStore(database).end();
      if (end?.whole === false) throw new JournalError('damaged', journalIsDamaged);
      return { end, inUse };
    });
  } finally {
    database.close();
  }
}

const journalIsDamaged =
  'The last log of the journal is not whole: the next start keeps a copy of it and begins a new log. Hand the copy over afterwards.';

function isLocked(file: string): boolean {
  if (!existsSync(`${file}.lock`)) return false;
  try {
    lockJournal(file).release();
    return false;
  } catch (error) {
    if (error instanceof JournalError && error.code === 'in-use') return true;
    throw error;
  }
}
