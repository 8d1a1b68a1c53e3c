import Database from 'better-sqlite3';
import { z } from 'zod';
import { receiptSchema, type Receipt } from './receipt.ts';
import { slipSchema, type Slip } from './slip.ts';

/** What is printed: a visitor's receipt, or a slip for the staff. */
export type Printed = Receipt | Slip;

/** A receipt or a slip in the queue. */
export interface Kept {
  readonly id: number;
  readonly receipt: Printed;
  readonly copy: boolean;
  readonly stage: Stage;
}

/**
 * Where a receipt is on its way: `waiting`, `sending` from just before the first byte, `printed` when the
 * printer said so, `in-doubt` where it never did, `settled` where staff have seen to that.
 */
export type Stage = 'waiting' | 'sending' | 'printed' | 'in-doubt' | 'settled';

const schema = `
  CREATE TABLE IF NOT EXISTS receipt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL, at INTEGER NOT NULL, ticket TEXT,
    copy INTEGER NOT NULL, stage TEXT NOT NULL, receipt TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS receipt_once ON receipt (code, at) WHERE copy = 0;
  CREATE INDEX IF NOT EXISTS receipt_stage ON receipt (stage, id);
  CREATE INDEX IF NOT EXISTS receipt_ticket ON receipt (ticket, id);
`;

interface Row {
  readonly id: number;
  readonly copy: number;
  readonly stage: Stage;
  readonly receipt: string;
}

/** The queue on disk: SQLite, each step there before the next is taken. */
export class ReceiptStore {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement<[string, number, string | null, number, string]>;
  readonly #move: Database.Statement<[Stage, number]>;
  readonly #first: Database.Statement<[Stage], Row>;
  readonly #all: Database.Statement<[Stage], Row>;
  readonly #count: Database.Statement<[Stage], { n: number }>;
  readonly #newestOf: Database.Statement<[string, string], Row>;
  readonly #settle: Database.Statement<[string]>;
  readonly #prune: Database.Statement<[number]>;
  readonly #keep: number;

  /** Throws SQLite's own error where the file is damaged or cannot be written. */
  constructor(file: string, keep: number) {
    this.#keep = keep;
    // Nobody else writes here; where somebody does, a tap must not wait for them.
    const database = new Database(file, { timeout: 200 });
    this.#database = database;
    try {
      database.pragma('journal_mode = WAL');
      // A receipt marked as sent must be so after a power cut, or it would be printed twice.
      database.pragma('synchronous = FULL');
      if (database.pragma('quick_check(1)', { simple: true }) !== 'ok')
        throw new Database.SqliteError('damaged', 'SQLITE_CORRUPT');
      database.exec(schema);
      this.#insert = database.prepare(
        `INSERT INTO receipt (code, at, ticket, copy, stage, receipt) VALUES (?, ?, ?, ?, 'waiting', ?)
         ON CONFLICT DO NOTHING`,
      );
      this.#move = database.prepare('UPDATE receipt SET stage = ? WHERE id = ?');
      this.#first = database.prepare(
        'SELECT id, copy, stage, receipt FROM receipt WHERE stage = ? ORDER BY id LIMIT 1',
      );
      this.#all = database.prepare(
        'SELECT id, copy, stage, receipt FROM receipt WHERE stage = ? ORDER BY id',
      );
      this.#count = database.prepare('SELECT count(*) AS n FROM receipt WHERE stage = ?');
      this.#newestOf = database.prepare(
        'SELECT id, copy, stage, receipt FROM receipt WHERE code = ? OR ticket = ? ORDER BY id DESC LIMIT 1',
      );
      this.#settle = database.prepare(
        "UPDATE receipt SET stage = 'settled' WHERE code = ? AND stage = 'in-doubt'",
      );
      this.#prune = database.prepare(
        `DELETE FROM receipt WHERE stage IN ('printed', 'settled') AND id <= (SELECT max(id) FROM receipt) - ?`,
      );
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Adds a receipt; one that is there already, by its entry, is not added again unless as a copy. */
  add(receipt: Printed, copy: boolean): void {
    const { code, at } = receipt;
    this.#insert.run(code, at, ticketOf(receipt) ?? null, copy ? 1 : 0, JSON.stringify(receipt));
  }

  move(id: number, stage: Stage): void {
    this.#move.run(stage, id);
    if (stage === 'printed') this.#prune.run(this.#keep);
  }

  first(stage: Stage): Kept | undefined {
    const row = this.#first.get(stage);
    return row === undefined ? undefined : keptOf(row);
  }

  all(stage: Stage): Kept[] {
    return this.#all.all(stage).map(keptOf);
  }

  count(stage: Stage): number {
    return this.#count.get(stage)?.n ?? 0;
  }

  /** The newest receipt of an entry's code or a ticket's number. */
  newestOf(codeOrTicket: string): Kept | undefined {
    const row = this.#newestOf.get(codeOrTicket, codeOrTicket);
    return row === undefined ? undefined : keptOf(row);
  }

  /** Staff have seen to a receipt that was in doubt; answers whether there was one. */
  settle(code: string): boolean {
    return this.#settle.run(code).changes > 0;
  }

  /** Both or neither: used where one step must not be seen without the other. */
  together(act: () => void): void {
    this.#database.transaction(act)();
  }

  close(): void {
    this.#database.close();
  }
}

/** The number by which staff ask for a receipt; a slip has none. */
export function ticketOf(receipt: Printed): string | undefined {
  return 'ticket' in receipt ? receipt.ticket : undefined;
}

const printedSchema = z.union([receiptSchema, slipSchema]);

function keptOf({ id, copy, stage, receipt }: Row): Kept {
  return { id, copy: copy === 1, stage, receipt: printedSchema.parse(JSON.parse(receipt)) };
}
