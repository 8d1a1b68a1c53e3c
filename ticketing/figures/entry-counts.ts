import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

const minute = 60_000;

/** The people who passed a door in a minute. */
export interface MinuteAtDoor {
  /** When the minute began. */
  readonly at: number;
  readonly door: string;
  readonly entries: number;
  readonly exits: number;
}

/** What passed a door, and its fullest minute. */
export interface DoorFigures {
  readonly door: string;
  readonly entries: number;
  readonly exits: number;
  /** Of the entries, those that staff let in by hand. */
  readonly byHand: number;
  /** The first minute with the most entries; none where nobody entered. */
  readonly peak: Pick<MinuteAtDoor, 'at' | 'entries'> | null;
}

/** Taps that one reason ended. */
export interface Refused {
  readonly verdict: string;
  readonly code: string | null;
  readonly taps: number;
}

/** Who passed which door when, of what gates handed over; what staff took back is not counted. */
export async function passages(
  { db }: Pick<Store, 'db'>,
  name: string,
): Promise<{ readonly minutes: readonly MinuteAtDoor[]; readonly doors: readonly DoorFigures[] }> {
  // A parameter would make it a division of fractions on SQLite.
  const ofMinute = sql<number>`journal_entries.at / ${sql.lit(minute)}`;
  const rows = await db
    .selectFrom('journal_entries')
    .innerJoin('gates', 'gates.id', 'journal_entries.gate_id')
    .select(['gates.door', ofMinute.as('minute')])
    .select(({ fn, eb }) => {
      const people = (kind: Expression<SqlBool>) =>
        fn.sum<number>(eb.case().when(kind).then(eb.ref('people')).else(0).end());
      const isIn = eb('journal_entries.direction', '=', 'in');
      return [
        people(isIn).as('entries'),
        people(eb('journal_entries.direction', '=', 'out')).as('exits'),
        people(eb.and([isIn, eb('journal_entries.kind', '=', 'hand')])).as('by_hand'),
      ];
    })
    .where((eb) => admittedTo(eb, name))
    .groupBy(['gates.door', 'minute'])
    .orderBy('minute')
    .orderBy('gates.door')
    .execute();
  const doors = new Map<string, DoorFigures>();
  const minutes = rows.map(({ door, minute: of, entries, exits, by_hand }) => {
    const at = of * minute;
    const { peak, ...known } = doors.get(door) ?? { door, entries: 0, exits: 0, byHand: 0, peak: null };
    doors.set(door, {
      door,
      entries: known.entries + entries,
      exits: known.exits + exits,
      byHand: known.byHand + by_hand,
      peak: entries > (peak?.entries ?? 0) ? { at, entries } : peak,
    });
    return { at, door, entries, exits };
  });
  return { minutes, doors: [...doors.values()].sort((a, b) => (a.door < b.door ? -1 : 1)) };
}

/** The taps that were not let through, by verdict and exact reason, the most frequent first. */
export async function refusedTaps({ db }: Pick<Store, 'db'>, name: string): Promise<Refused[]> {
  const rows = await db
    .selectFrom('journal_entries')
    .select(['verdict', 'code', ({ fn }) => fn.countAll<number>().as('taps')])
    .where('session', '=', name)
    .where('kind', '=', 'tap')
    .where('verdict', '<>', 'admitted')
    .groupBy(['verdict', 'code'])
    .orderBy('taps', 'desc')
    .orderBy('verdict')
    .orderBy('code')
    .execute();
  return rows.map(({ verdict, code, taps }) => ({ verdict: verdict ?? '', code, taps }));
}

/** Admissions to a session that nobody took back. */
export function admittedTo(
  eb: ExpressionBuilder<Tables, 'journal_entries'>,
  name: string,
): Expression<SqlBool> {
  return eb.and([
    eb('journal_entries.session', '=', name),
    eb('journal_entries.admission', '=', 1),
    eb.not(
      eb.exists(
        eb
          .selectFrom('journal_entries as undo')
          .select('undo.number')
          .whereRef('undo.gate_id', '=', 'journal_entries.gate_id')
          .whereRef('undo.of_epoch', '=', 'journal_entries.epoch')
          .whereRef('undo.of_number', '=', 'journal_entries.number'),
      ),
    ),
  ]);
}
