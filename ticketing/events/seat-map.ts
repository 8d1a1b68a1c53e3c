import { entryFlags, type EntryFlag } from '../entry-list/entry-record.ts';
import { EventError } from './event-error.ts';
import { seatFields, type SeatFields } from './event-fields.ts';
import { csvText, readCsv, type CsvLine } from './csv-lines.ts';

const mostSeats = 200_000;
const mostReported = 200;
const columns = ['label', 'category', 'zone', 'doors', 'flags', 'x', 'y'] as const;
type Column = (typeof columns)[number];

/** A line of a seat map that cannot be taken, and why. */
export interface WrongLine {
  readonly line: number;
  readonly why: string;
}

/** What a seat map says: all of its seats, or each line that is wrong. */
export type SeatMap =
  | { readonly seats: readonly SeatFields[] }
  | { readonly wrong: readonly WrongLine[]; readonly wrongLines: number };

/**
 * Reads a seat map: CSV with the columns label, category, zone, doors, flags, x and y in any order, of which
 * only the first two must be there; doors and flags are several with a semicolon between. UTF-8 or
 * Shift_JIS. The order of its lines is the order in which seats are given out.
 */
export function readSeatMap(bytes: Uint8Array): SeatMap {
  const wrong: WrongLine[] = [];
  const seats: SeatFields[] = [];
  const taken = new Map<string, number>();
  let head: readonly (Column | undefined)[] | undefined;
  for (const line of readCsv(decode(bytes))) {
    if (head === undefined) {
      head = line.cells.map((cell) => columns.find((column) => column === cell.trim().toLowerCase()));
      const why = whyNotHead(line, head);
      if (why !== undefined) return { wrong: [{ line: line.number, why }], wrongLines: 1 };
      continue;
    }
    const seat = readLine(line, head);
    if (typeof seat === 'string') wrong.push({ line: line.number, why: seat });
    else {
      const before = taken.get(seat.label);
      if (before !== undefined)
        wrong.push({ line: line.number, why: `the label ${seat.label} stands in line ${before} already` });
      taken.set(seat.label, line.number);
      seats.push(seat);
    }
    if (seats.length > mostSeats) throw tooMany();
  }
  if (head === undefined) wrong.push({ line: 1, why: 'the file is empty' });
  if (wrong.length > 0) return { wrong: wrong.slice(0, mostReported), wrongLines: wrong.length };
  return { seats };
}

/** The seats of a map; a `seat-map-wrong` with a line for each line that is wrong. */
export function seatsOf(bytes: Uint8Array): readonly SeatFields[] {
  const map = readSeatMap(bytes);
  if ('seats' in map) return map.seats;
  const lines = map.wrong.map(({ line, why }) => `  line ${line}: ${why}`);
  const more = map.wrongLines - map.wrong.length;
  if (more > 0) lines.push(`  and ${more} more`);
  throw new EventError('seat-map-wrong', `The seat map is wrong; nothing was taken:\n${lines.join('\n')}`);
}

function decode(bytes: Uint8Array): string {
  const text = csvText(bytes);
  if (text !== undefined) return text;
  throw new EventError(
    'seat-map-wrong',
    'The seat map is neither UTF-8 nor Shift_JIS; save it as "CSV UTF-8".',
  );
}

function whyNotHead({ cells }: CsvLine, head: readonly (Column | undefined)[]): string | undefined {
  const unknown = cells.find((_, place) => head[place] === undefined);
  if (unknown !== undefined)
    return `there is no column "${unknown.slice(0, 40)}"; there are ${columns.join(', ')}`;
  if (new Set(head).size < head.length) return 'a column stands twice';
  const missing = ['label', 'category'].filter((column) => !(head as readonly string[]).includes(column));
  return missing.length === 0 ? undefined : `the column ${missing.join(' and ')} is missing`;
}

/** The seat, or why it is none. */
function readLine({ cells, wrong }: CsvLine, head: readonly (Column | undefined)[]): SeatFields | string {
  if (wrong !== undefined) return wrong;
  if (cells.length !== head.length) return `it has ${cells.length} cells, and the first line ${head.length}`;
  const text = (column: Column): string => cells[head.indexOf(column)]?.trim() ?? '';
  const several = (column: Column): string[] =>
    text(column)
      .split(';')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const [zone, doors, flags, x, y] = [text('zone'), several('doors'), several('flags'), text('x'), text('y')];
  const unknown = flags.find((flag) => !entryFlags.some((known) => known === flag));
  if (unknown !== undefined)
    return `there is no flag "${unknown.slice(0, 40)}"; there are ${entryFlags.join(', ')}`;
  const checked = seatFields.safeParse({
    label: text('label'),
    category: text('category'),
    ...(zone === '' ? {} : { zone }),
    ...(doors.length === 0 ? {} : { doors }),
    ...(flags.length === 0 ? {} : { flags: flags as EntryFlag[] }),
    ...(x === '' ? {} : { x: Number(x) }),
    ...(y === '' ? {} : { y: Number(y) }),
  });
  if (checked.success) return checked.data;
  return checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}

function tooMany(): EventError {
  return new EventError('seat-map-wrong', `A seat map has at most ${mostSeats} seats; split the session.`);
}
