import type { Database } from 'better-sqlite3';
import type { Timer } from '../reader/timer.ts';

/** How long nothing was written in a pause of the lane: shorter than from one person to the next. */
const pause = 200;
/** How many pages the log may grow to in taps without a pause, some 400 of them, before one tap must wait. */
export const mostPages = 4000;

/**
 * Moves what SQLite's write-ahead log holds into the database in the pauses between taps. SQLite by itself
 * does so in the middle of whichever transaction finds a thousand pages in the log: one tap in a hundred would
 * wait until all of them are written again. Nothing hangs on it but the log's length: what a transaction has
 * committed is on the disk in the log.
 */
export class WriteAheadKeeper {
  readonly #database: Database;
  readonly #timer: Timer;
  #callOff: () => void = () => undefined;

  constructor(database: Database, timer: Timer) {
    this.#database = database;
    this.#timer = timer;
  }

  /** Tells that something was written, so that a pause begins anew. */
  written(): void {
    this.#callOff();
    this.#callOff = this.#timer.after(pause, () => {
      this.#move();
    });
  }

  /** Stops waiting for pauses. Closing the database moves the rest. */
  close(): void {
    this.#callOff();
  }

  #move(): void {
    try {
      this.#database.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // A disk that is full or failing: the next tap finds that out and says so, and this is tried again after it.
    }
  }
}
