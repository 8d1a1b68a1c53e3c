import type { Database, Statement } from 'better-sqlite3';
import type { Admissions, Movement, Passage } from '../decide/admissions.ts';
import type { Direction } from '../decide/ticket.ts';
import { subjectOf } from './subject.ts';

/** Whom to ask about, and how far back visits count. */
export interface Whom {
  readonly session: string;
  /** The binding's tag. */
  readonly tag?: Uint8Array;
  readonly ticket?: string;
  /** The party's id. */
  readonly party?: string;
  /** What `visitsNeeded` of the rules says; left out where there are no visit limits. */
  readonly visits?: { readonly since: number; readonly atMost: number };
}

/** How many are where, for the staff's screen. */
export interface Counts {
  readonly in: number;
  readonly out: number;
  readonly inside: number;
  readonly categories: readonly {
    readonly category: string;
    readonly in: number;
    readonly out: number;
    readonly inside: number;
  }[];
  /** Minutes since 1970 in which someone passed. */
  readonly minutes: readonly { readonly minute: number; readonly in: number; readonly out: number }[];
  /** Taps by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
}

/** An admission as the staff's look-up shows it, with the place by which it can be undone. */
export interface PastMovement extends Movement {
  readonly epoch: number;
  readonly number: number;
}

type Key = 'tag' | 'subject';
interface Row {
  readonly direction: Direction;
  readonly at: number;
  readonly epoch: number;
  readonly number: number;
}

/** The questions that the door and the staff ask of a journal, each a prepared statement or a few. */
export class Questions {
  readonly #gate: string;
  readonly #last: Record<Key, Statement<[string | Uint8Array, string], Row>>;
  readonly #lastIn: Record<Key, Statement<[string | Uint8Array, string], Row>>;
  readonly #visits: Record<Key, Statement<[string | Uint8Array, number, number], { at: number }>>;
  readonly #all: Statement<[string, string], Row>;
  readonly #representative: Statement<[string, string], { at: number }>;
  readonly #adult: Statement<[string, string]>;
  readonly #categories: Statement<[string], { category: string; direction: Direction; people: number }>;
  readonly #inside: Statement<[string], { category: string; people: number }>;
  readonly #minutes: Statement<[string], { minute: number; in: number; out: number }>;
  readonly #verdicts: Statement<[string], { verdict: string; taps: number }>;
  readonly #pack: Statement<[string, string], { version: number }>;

  constructor(database: Database, gate: string) {
    this.#gate = gate;
    const row = 'SELECT direction, at, epoch, number FROM movement WHERE';
    const each = <Prepared>(prepare: (key: Key) => Prepared): Record<Key, Prepared> => ({
      tag: prepare('tag'),
      subject: prepare('subject'),
    });
    this.#last = each((key) =>
      database.prepare(`${row} ${key} = ? AND session = ? ORDER BY seq DESC LIMIT 1`),
    );
    this.#lastIn = each((key) =>
      database.prepare(`${row} ${key} = ? AND session = ? AND direction = 'in' ORDER BY seq DESC LIMIT 1`),
    );
    this.#visits = each((key) =>
      database.prepare(
        `SELECT at FROM movement WHERE ${key} = ? AND direction = 'in' AND at >= ? ORDER BY seq DESC LIMIT ?`,
      ),
    );
    this.#all = database.prepare(`${row} subject = ? AND session = ? ORDER BY seq LIMIT 1000`);
    this.#representative = database.prepare(
      `SELECT at FROM movement WHERE party = ? AND session = ? AND representative = 1 AND direction = 'in'
       ORDER BY seq DESC LIMIT 1`,
    );
    this.#adult = database.prepare(
      'SELECT 1 FROM inside WHERE party = ? AND session = ? AND adult = 1 LIMIT 1',
    );
    this.#categories = database.prepare(
      `SELECT category, direction, sum(people) AS people FROM tally WHERE session = ?
       GROUP BY category, direction ORDER BY category`,
    );
    this.#inside = database.prepare(
      'SELECT category, sum(people) AS people FROM inside WHERE session = ? GROUP BY category',
    );
    this.#minutes = database.prepare(
      `SELECT minute, sum(CASE direction WHEN 'in' THEN people ELSE 0 END) AS "in",
         sum(CASE direction WHEN 'out' THEN people ELSE 0 END) AS "out"
       FROM tally WHERE session = ? GROUP BY minute ORDER BY minute`,
    );
    this.#verdicts = database.prepare('SELECT verdict, taps FROM verdict WHERE session = ?');
    this.#pack = database.prepare('SELECT version FROM pack WHERE event = ? AND session = ?');
  }

  /** What is recorded of a card, its ticket and its party: all that `decide` asks. */
  admissionsOf({ session, tag, ticket, party, visits }: Whom): Omit<Admissions, 'newest'> {
    const representative = party === undefined ? undefined : this.#representative.get(party, session)?.at;
    return {
      binding: this.#passage('tag', tag, session, visits),
      ticket: this.#passage(
        'subject',
        ticket === undefined ? undefined : subjectOf({ ticket }),
        session,
        visits,
      ),
      party: {
        ...(representative === undefined ? {} : { representativeIn: representative }),
        adultInside: party !== undefined && this.#adult.get(party, session) !== undefined,
      },
    };
  }

  /** All movements of a ticket in a session, oldest first, a thousand at most. */
  movementsOf({ session, ticket }: { readonly session: string; readonly ticket: string }): PastMovement[] {
    return this.#all
      .all(subjectOf({ ticket }), session)
      .map(({ epoch, number, ...rest }) => ({ ...this.#movement(rest), epoch, number }));
  }

  counts(session: string): Counts {
    const categories = new Map<string, { category: string; in: number; out: number; inside: number }>();
    const of = (category: string) => {
      const known = categories.get(category) ?? { category, in: 0, out: 0, inside: 0 };
      categories.set(category, known);
      return known;
    };
    for (const { category, direction, people } of this.#categories.all(session)) {
      of(category)[direction] += people;
    }
    for (const { category, people } of this.#inside.all(session)) of(category).inside += people;
    const all = [...categories.values()];
    const sum = (what: Direction | 'inside'): number => all.reduce((total, each) => total + each[what], 0);
    return {
      in: sum('in'),
      out: sum('out'),
      inside: sum('inside'),
      categories: all,
      minutes: this.#minutes.all(session),
      verdicts: Object.fromEntries(this.#verdicts.all(session).map(({ verdict, taps }) => [verdict, taps])),
    };
  }

  /** The highest version of a session's packs that was ever taken; 0 where none was. */
  highestPack(event: string, session: string): number {
    return this.#pack.get(event, session)?.version ?? 0;
  }

  #passage(
    key: Key,
    value: string | Uint8Array | undefined,
    session: string,
    visits: Whom['visits'],
  ): Passage {
    if (value === undefined) return { visits: [] };
    const last = this.#last[key].get(value, session);
    const lastIn = last?.direction === 'out' ? this.#lastIn[key].get(value, session) : last;
    return {
      ...(last === undefined ? {} : { last: this.#movement(last) }),
      ...(lastIn === undefined ? {} : { lastIn: this.#movement(lastIn) }),
      visits:
        visits === undefined
          ? []
          : this.#visits[key].all(value, visits.since, visits.atMost).map(({ at }) => at),
    };
  }

  #movement({ direction, at }: Pick<Row, 'direction' | 'at'>): Movement {
    return { direction, at, gate: this.#gate };
  }
}
