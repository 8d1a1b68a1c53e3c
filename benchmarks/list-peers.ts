import Database from 'better-sqlite3';
import { plainRecord, type StoredHashes } from './list-world.ts';

// What one would take instead of a sealed list: a Map, or an indexed table. Neither seals anything; both
// hold the same records under the same two keys.

const tagLength = 16;

/** A ticket as an object, as a program that has read a list into memory would hold it. */
export type PlainRecord = ReturnType<typeof plainRecord>;

export interface MapPeer {
  readonly byCard: Map<string, PlainRecord>;
  readonly byTicket: Map<string, PlainRecord>;
}

/** A Map keyed by tag, as text: bytes are no key of a Map. Another by ticket, for the typed look-up. */
export function mapPeer(hashes: StoredHashes): MapPeer {
  const byCard = new Map<string, PlainRecord>();
  const byTicket = new Map<string, PlainRecord>();
  for (let entry = 0; entry < hashes.count; entry += 1) {
    // Out of JSON, as a list of tickets arrives, so that no two records share a string.
    const record = JSON.parse(JSON.stringify(plainRecord(entry))) as PlainRecord;
    byCard.set(keyOf(hashes.ofCard(entry)), record);
    byTicket.set(keyOf(hashes.ofTicket(entry)), record);
  }
  return { byCard, byTicket };
}

/** Maps of what the list itself holds: sealed records by tag, links by ticket. */
export function sealedMapPeer(
  hashes: StoredHashes,
  recordBytes: number,
  linkBytes: number,
): Map<string, Uint8Array>[] {
  const byCard = new Map<string, Uint8Array>();
  const byTicket = new Map<string, Uint8Array>();
  for (let entry = 0; entry < hashes.count; entry += 1) {
    byCard.set(keyOf(hashes.ofCard(entry)), new Uint8Array(recordBytes));
    byTicket.set(keyOf(hashes.ofTicket(entry)), new Uint8Array(linkBytes));
  }
  return [byCard, byTicket];
}

/** A tag as the text by which a Map finds it. */
export function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, tagLength).toString('hex');
}

export interface TablePeer {
  find(hash: Uint8Array): PlainRecord | undefined;
  close(): void;
}

/** A SQLite table with an index by tag and one by ticket. */
export function tablePeer(hashes: StoredHashes, file: string): TablePeer {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.exec(`CREATE TABLE entry (
    tag BLOB PRIMARY KEY, ticket_tag BLOB NOT NULL, ticket TEXT NOT NULL, seat TEXT, category TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`);
  const insert = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?)');
  database.transaction(() => {
    for (let entry = 0; entry < hashes.count; entry += 1) {
      const { ticket, seat, category } = plainRecord(entry);
      insert.run(hashes.ofCard(entry).subarray(0, tagLength), hashes.ofTicket(entry), ticket, seat, category);
    }
    database.exec('CREATE UNIQUE INDEX entry_by_ticket ON entry (ticket_tag)');
  })();
  database.pragma('wal_checkpoint(TRUNCATE)');
  const select = database.prepare<[Uint8Array], PlainRecord>(
    'SELECT ticket, seat, category FROM entry WHERE tag = ?',
  );
  return {
    find: (hash) => select.get(hash.subarray(0, tagLength)),
    close: () => {
      database.close();
    },
  };
}
