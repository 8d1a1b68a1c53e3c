import type { Database, Statement } from 'better-sqlite3';
import { claimedCheckpoint } from '../journal-format/checkpoint.ts';
import { decodeEntry, type Entry } from '../journal-format/entry.ts';
import { GrowingTree, leafHash, same } from '../journal-format/merkle-tree.ts';

/** One recorded entry as it is kept: its bytes, and their hash at the time of writing. */
export interface StoredEntry {
  readonly epoch: number;
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly leaf: Uint8Array;
}

/** A signed checkpoint as it is kept, with the note that came back countersigned where one did. */
export interface StoredCheckpoint {
  readonly epoch: number;
  readonly size: number;
  readonly note: string;
  readonly countersigned: string | null;
}

/** The end of a log as it is found: how many entries it has, their root, and when the last was written. */
export interface LogEnd {
  readonly epoch: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly at: number;
  /** Whose log it says it is. */
  readonly gate: string | undefined;
  /** Whether all entries are there and are what they were when they were written, as far as the gate can tell. */
  readonly whole: boolean;
}

/** The rows that are the journal: entries and checkpoints, added and read, never changed. */
export class LogStore {
  readonly #append: Statement;
  readonly #entries: Statement<[], StoredEntry>;
  readonly #ofLog: Statement<[number], StoredEntry>;
  readonly #at: Statement<[number, number], StoredEntry>;
  readonly #newest: Statement<[number], StoredEntry>;
  readonly #lastEpoch: Statement<[], number | null>;
  readonly #addCheckpoint: Statement<[number, number, string]>;
  readonly #checkpoints: Statement<[], StoredCheckpoint>;
  readonly #checkpoint: Statement<[number, number], StoredCheckpoint>;
  readonly #countersign: Statement<[string, number, number]>;

  constructor(database: Database) {
    const entry = 'SELECT epoch, number, bytes, leaf FROM entry';
    const checkpoint = 'SELECT epoch, size, note, countersigned FROM checkpoint';
    this.#append = database.prepare(
      'INSERT INTO entry (epoch, number, bytes, leaf) VALUES (@epoch, @number, @bytes, @leaf)',
    );
    this.#entries = database.prepare(`${entry} ORDER BY epoch, number`);
    this.#ofLog = database.prepare(`${entry} WHERE epoch = ? ORDER BY number`);
    this.#at = database.prepare(`${entry} WHERE epoch = ? AND number = ?`);
    this.#newest = database.prepare(`${entry} ORDER BY epoch DESC, number DESC LIMIT ?`);
    this.#lastEpoch = database.prepare<[], number | null>('SELECT max(epoch) FROM entry').pluck();
    this.#addCheckpoint = database.prepare(
      'INSERT OR IGNORE INTO checkpoint (epoch, size, note) VALUES (?, ?, ?)',
    );
    this.#checkpoints = database.prepare(`${checkpoint} ORDER BY epoch, size`);
    this.#checkpoint = database.prepare(`${checkpoint} WHERE epoch = ? AND size = ?`);
    this.#countersign = database.prepare(
      'UPDATE checkpoint SET countersigned = ? WHERE epoch = ? AND size = ?',
    );
  }

  append(entry: StoredEntry): void {
    this.#append.run(entry);
  }

  addCheckpoint(epoch: number, size: number, note: string): void {
    this.#addCheckpoint.run(epoch, size, note);
  }

  addCountersignature(epoch: number, size: number, note: string): void {
    this.#countersign.run(note, epoch, size);
  }

  checkpoint(epoch: number, size: number): StoredCheckpoint | undefined {
    return this.#checkpoint.get(epoch, size);
  }

  checkpoints(): StoredCheckpoint[] {
    return this.#checkpoints.all();
  }

  /** All entries, oldest first. */
  entries(): IterableIterator<StoredEntry> {
    return this.#entries.iterate();
  }

  entryAt(epoch: number, number: number): StoredEntry | undefined {
    return this.#at.get(epoch, number);
  }

  leaves(epoch: number): Uint8Array[] {
    return this.#ofLog.all(epoch).map(({ leaf }) => leaf);
  }

  /** The newest entries, newest first. */
  newest(count: number): { readonly epoch: number; readonly entry: Entry }[] {
    return this.#newest.all(count).map(({ epoch, bytes }) => ({ epoch, entry: decodeEntry(bytes) }));
  }

  get lastEpoch(): number {
    return this.#lastEpoch.get() ?? 0;
  }

  /** The end of the last log. Logs before it were looked at when their successor began. */
  end(): LogEnd | undefined {
    const epoch = this.lastEpoch;
    if (epoch === 0) return undefined;
    const signed = this.checkpoints().filter((each) => each.epoch === epoch);
    const roots = new Map(signed.map(({ size, note }) => [size, note]));
    const tree = new GrowingTree();
    let whole = true;
    let first: Uint8Array | undefined;
    let last: Uint8Array | undefined;
    for (const { number, bytes, leaf } of this.#ofLog.iterate(epoch)) {
      whole &&= number === tree.size && same(leafHash(bytes), leaf);
      tree.append(leaf);
      const note = roots.get(tree.size);
      whole &&= note === undefined || isOf(note, tree);
      first ??= bytes;
      last = bytes;
    }
    const start = first === undefined ? undefined : readable(first);
    const newest = last === undefined ? undefined : readable(last);
    whole &&= start?.kind === 'start' && start.epoch === epoch && newest?.number === tree.size - 1;
    whole &&= signed.every(({ size }) => size <= tree.size);
    return {
      epoch,
      size: tree.size,
      root: tree.root(),
      at: whole && newest !== undefined ? newest.at : this.#newestTime(epoch),
      gate: start?.kind === 'start' ? start.gate : undefined,
      whole,
    };
  }

  /** The newest time in a log that is not whole, by whatever of it can be read. */
  #newestTime(epoch: number): number {
    return this.#ofLog
      .all(epoch)
      .reduce((newest, { bytes }) => Math.max(newest, readable(bytes)?.at ?? 0), 0);
  }
}

function readable(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch {
    return undefined;
  }
}

function isOf(note: string, tree: GrowingTree): boolean {
  try {
    return same(claimedCheckpoint(note).root, tree.root());
  } catch {
    return false;
  }
}
