import { csvText, readCsv } from '../events/csv-lines.ts';
import { OrdersError } from './orders-error.ts';

const columns = ['order', 'ticket', 'session', 'category', 'seat'] as const;
const mostLines = 200_000;
/** What a play guide's numbers and the names of sessions, categories and seats are at most. */
const longest = 100;

/** One ticket of an order, as its line says. */
export interface OrderLine {
  readonly line: number;
  /** The guide's own numbers. */
  readonly order: string;
  readonly ticket: string;
  readonly session: string;
  readonly category: string;
  /** A numbered seat; the next free one of the category where there is none. */
  readonly seat: string | undefined;
}

/** A line that cannot be taken, and why. */
export interface WrongOrder {
  readonly line: number;
  readonly why: string;
}

export interface ReadOrders {
  readonly lines: readonly OrderLine[];
  readonly wrong: readonly WrongOrder[];
}

/**
 * Reads a play guide's orders: CSV, a line a ticket, with the columns order, ticket, session, category and
 * seat in any order; seat may be left out. UTF-8 or Shift_JIS. A file that is no such table is refused
 * whole; a line that is wrong spoils itself alone.
 *
 * @example
 * const { lines, wrong } = readOrders(await readFile('guide.csv'));
 */
export function readOrders(bytes: Uint8Array): ReadOrders {
  const text = csvText(bytes);
  if (text === undefined) {
    throw new OrdersError('file-wrong', 'The file is neither UTF-8 nor Shift_JIS; save it as "CSV UTF-8".');
  }
  const lines: OrderLine[] = [];
  const wrong: WrongOrder[] = [];
  let head: readonly string[] | undefined;
  for (const { number: line, cells, wrong: why } of readCsv(text)) {
    if (head === undefined) {
      head = cells.map((cell) => cell.trim().toLowerCase());
      requireHead(head);
      continue;
    }
    if (lines.length + wrong.length >= mostLines) {
      throw new OrdersError('too-many-lines', `A file has at most ${mostLines} orders; split it.`);
    }
    const read = why ?? readLine(line, cells, head);
    if (typeof read === 'string') wrong.push({ line, why: read });
    else lines.push(read);
  }
  if (head === undefined) throw new OrdersError('file-wrong', 'The file is empty.');
  return { lines, wrong };
}

function requireHead(head: readonly string[]): void {
  const unknown = head.find((name) => !(columns as readonly string[]).includes(name));
  const missing = columns.find((name) => name !== 'seat' && !head.includes(name));
  if (unknown === undefined && missing === undefined && new Set(head).size === head.length) return;
  throw new OrdersError(
    'file-wrong',
    `The first line must name the columns ${columns.join(', ')}, each once; seat may be left out.`,
  );
}

/** The line, or why it is none. */
function readLine(line: number, cells: readonly string[], head: readonly string[]): OrderLine | string {
  if (cells.length !== head.length) return `it has ${cells.length} cells, and the first line ${head.length}`;
  const cell = (name: (typeof columns)[number]): string => cells[head.indexOf(name)]?.trim() ?? '';
  for (const name of columns) {
    if (name !== 'seat' && cell(name) === '') return `${name}: is missing`;
    if (cell(name).length > longest) return `${name}: is longer than ${longest} signs`;
    if (/[\p{Cc}\p{Cs}]/u.test(cell(name))) return `${name}: has control characters`;
  }
  const [order, ticket, session, category] = [
    cell('order'),
    cell('ticket'),
    cell('session'),
    cell('category'),
  ];
  return { line, order, ticket, session, category, seat: cell('seat') === '' ? undefined : cell('seat') };
}
