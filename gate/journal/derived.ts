import type { Database, Statement } from 'better-sqlite3';
import type { Direction } from '../decide/ticket.ts';
import type { Entry, EntryOf } from '../journal-format/entry.ts';
import { isAdmission, movementOf, unnamed, type Movement } from './subject.ts';

/** Where an entry stands: in which log, and at which place. */
export interface Place {
  readonly epoch: number;
  readonly number: number;
}

/** One movement as its row has it. */
export interface MovementRow extends Place {
  readonly session: string;
  readonly subject: string;
  readonly direction: Direction;
  readonly at: number;
  readonly category: string;
  readonly party: string | null;
  readonly adult: number;
  readonly people: number;
}

const columns = 'epoch, number, session, subject, direction, at, category, party, adult, people';

/**
 * What is worked out from the entries as they are written: movements, who is inside, tallies, the highest
 * packs. It is written in the entries' own transactions, and only here.
 */
export class Derived {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #find: Statement<[number, number], MovementRow>;
  readonly #remove: Statement<[number, number]>;
  readonly #newestOf: Statement<[string, string], MovementRow>;
  readonly #sumOf: Statement<[string, string], { people: number | null }>;
  readonly #enter: Statement;
  readonly #leave: Statement<[string, string]>;
  readonly #tally: Statement<[string, number, string, string, number]>;
  readonly #dropEmptyTally: Statement<[string, number, string, string]>;
  readonly #countVerdict: Statement<[string, string]>;
  readonly #takePack: Statement<[string, string, number]>;
  readonly #advance: Statement<[number, number, number]>;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare(
      `INSERT INTO movement (epoch, number, session, subject, direction, at, tag, category, party,
         representative, adult, people)
       VALUES (@epoch, @number, @session, @subject, @direction, @at, @tag, @category, @party,
         @representative, @adult, @people)`,
    );
    this.#find = database.prepare(`SELECT ${columns} FROM movement WHERE epoch = ? AND number = ?`);
    this.#remove = database.prepare('DELETE FROM movement WHERE epoch = ? AND number = ?');
    this.#newestOf = database.prepare(
      `SELECT ${columns} FROM movement WHERE subject = ? AND session = ? ORDER BY seq DESC LIMIT 1`,
    );
    this.#sumOf = database.prepare(
      `SELECT sum(CASE direction WHEN 'in' THEN people ELSE -people END) AS people
       FROM movement WHERE subject = ? AND session = ?`,
    );
    this.#enter = database.prepare(
      `INSERT OR REPLACE INTO inside (session, subject, category, party, adult, people)
       VALUES (@session, @subject, @category, @party, @adult, @people)`,
    );
    this.#leave = database.prepare('DELETE FROM inside WHERE session = ? AND subject = ?');
    this.#tally = database.prepare(
      `INSERT INTO tally (session, minute, category, direction, people) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET people = people + excluded.people`,
    );
    this.#dropEmptyTally = database.prepare(
      `DELETE FROM tally WHERE session = ? AND minute = ? AND category = ? AND direction = ? AND people = 0`,
    );
    this.#countVerdict = database.prepare(
      `INSERT INTO verdict (session, verdict, taps) VALUES (?, ?, 1)
       ON CONFLICT DO UPDATE SET taps = taps + 1`,
    );
    this.#takePack = database.prepare(
      `INSERT INTO pack (event, session, version) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET version = max(version, excluded.version)`,
    );
    this.#advance = database.prepare(
      'UPDATE derived SET epoch = ?, size = ?, movements = movements + ? WHERE id = 1',
    );
  }

  /** Takes one entry in. For use within the transaction that writes it. */
  apply(entry: Entry, epoch: number): void {
    const place = { epoch, number: entry.number };
    let movements = 0;
    if (isAdmission(entry)) {
      this.#move(place, movementOf(entry));
      movements = 1;
    }
    if (entry.kind === 'tap') this.#countVerdict.run(entry.session ?? '', entry.verdict);
    if (entry.kind === 'undo' && this.#undo(entry)) movements = -1;
    if (entry.kind === 'pack') this.#takePack.run(entry.event, entry.session, entry.version);
    this.#advance.run(epoch, entry.number + 1, movements);
  }

  /** The admission at this place, unless it was taken back. */
  movementAt({ epoch, number }: Place): MovementRow | undefined {
    return this.#find.get(epoch, number);
  }

  /** Whether what is derived is not what follows from the entries up to this place, as far as sums show. */
  disagrees(epoch: number, size: number): boolean {
    const is = (sql: string): unknown => this.#database.prepare(sql).pluck().get();
    const aggregated = `SELECT session, at / 60000, category, direction, sum(people) FROM movement GROUP BY 1, 2, 3, 4`;
    const tallied = 'SELECT session, minute, category, direction, people FROM tally';
    const latest = `SELECT session, subject, people FROM movement AS m WHERE subject <> '${unnamed}'
      AND direction = 'in' AND seq = (SELECT max(seq) FROM movement AS n
        WHERE n.subject = m.subject AND n.session = m.session)`;
    const inside = `SELECT session, subject, people FROM inside WHERE subject <> '${unnamed}'`;
    const differ = (one: string, other: string): boolean =>
      is(`SELECT EXISTS (${one} EXCEPT ${other}) OR EXISTS (${other} EXCEPT ${one})`) === 1;
    return (
      is(`SELECT epoch = ${epoch} AND size = ${size} FROM derived`) !== 1 ||
      is('SELECT movements = (SELECT count(*) FROM movement) FROM derived') !== 1 ||
      differ(aggregated, tallied) ||
      differ(latest, inside)
    );
  }

  /** Works all of it out again. For use within a transaction. */
  rebuild(entries: Iterable<{ readonly epoch: number; readonly entry: Entry }>): void {
    this.#database.exec(
      `DELETE FROM movement; DELETE FROM inside; DELETE FROM tally; DELETE FROM verdict; DELETE FROM pack;
       UPDATE derived SET epoch = 0, size = 0, movements = 0;`,
    );
    for (const { epoch, entry } of entries) this.apply(entry, epoch);
  }

  #move(place: Place, movement: Movement): void {
    const row = {
      ...movement,
      ...place,
      tag: movement.tag ?? null,
      party: movement.party ?? null,
      representative: movement.representative ? 1 : 0,
      adult: movement.adult ? 1 : 0,
    };
    this.#insert.run(row);
    this.#addToTally(row, row.people);
    this.#placeInside(row);
  }

  #undo({ admission: { epoch, number } }: EntryOf<'undo'>): boolean {
    const row = this.#find.get(epoch, number);
    if (row === undefined) return false;
    this.#remove.run(epoch, number);
    this.#addToTally(row, -row.people);
    const before = this.#newestOf.get(row.subject, row.session);
    this.#placeInside(before ?? { ...row, direction: 'out' });
    return true;
  }

  #addToTally(
    { session, at, category, direction }: Pick<MovementRow, 'session' | 'at' | 'category' | 'direction'>,
    people: number,
  ): void {
    const minute = Math.floor(at / 60_000);
    this.#tally.run(session, minute, category, direction, people);
    if (people < 0) this.#dropEmptyTally.run(session, minute, category, direction);
  }

  /** Puts the subject of its newest movement inside or outside. */
  #placeInside(newest: Omit<MovementRow, keyof Place>): void {
    const { session, subject } = newest;
    if (subject === unnamed) {
      // Nobody in particular: only how many there are.
      const people = this.#sumOf.get(subject, session)?.people ?? 0;
      if (people > 0) this.#enter.run({ ...newest, category: '', party: null, adult: 1, people });
      else this.#leave.run(session, subject);
    } else if (newest.direction === 'in') {
      this.#enter.run(newest);
    } else {
      this.#leave.run(session, subject);
    }
  }
}
