import { existsSync } from 'node:fs';
import { guarded, readDatabase } from './database.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { LogStore } from './log-store.ts';

/**
 * Reads a journal without writing to it, also beside a gate that is running: one moment of it, whatever is
 * recorded meanwhile.
 *
 * @example
 * const file = readJournal('/var/lib/kazasu/journal.sqlite', (store) => exportJournal(store, 'north-1'));
 */
export function readJournal<Result>(file: string, read: (store: LogStore) => Result): Result {
  if (!existsSync(file)) {
    throw new JournalError(
      'not-open',
      'There is no journal in the state folder: check the configuration, or let the gate run first.',
    );
  }
  const database = readDatabase(file);
  try {
    return guarded(() => database.transaction(() => read(new LogStore(database)))());
  } finally {
    database.close();
  }
}
