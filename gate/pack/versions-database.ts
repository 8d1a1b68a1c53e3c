import Database from 'better-sqlite3';
import type { TakenVersions } from '../../ticketing/entry-list/taken-versions.ts';

/**
 * The highest version ever taken of each session, in SQLite, where it outlives the packs themselves. It
 * only ever rises.
 *
 * @example
 * const taken = openTakenVersions(join(state, 'packs', 'versions.sqlite'));
 */
export function openTakenVersions(file: string): TakenVersions & { close(): void } {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  // A version that was taken must still be known after a power cut.
  database.pragma('synchronous = FULL');
  database.exec(`CREATE TABLE IF NOT EXISTS taken_version (
    event TEXT NOT NULL, session TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (event, session)
  ) STRICT, WITHOUT ROWID`);
  const select = database
    .prepare<[string, string], number>('SELECT version FROM taken_version WHERE event = ? AND session = ?')
    .pluck();
  const insert = database.prepare<[string, string, number]>(
    `INSERT INTO taken_version (event, session, version) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET version = max(version, excluded.version)`,
  );
  return {
    highest: (event, session) => select.get(event, session),
    record: (event, session, version) => {
      insert.run(event, session, version);
    },
    close: () => {
      database.close();
    },
  };
}
