/** One line of a table, which may run over several lines of the file. */
export interface CsvLine {
  /** The line of the file in which it begins, from 1. */
  readonly number: number;
  readonly cells: readonly string[];
  /** What is wrong with its quotes, where something is. */
  readonly wrong?: string;
}

/** A table's text; nothing where its bytes are none. Japanese spreadsheets write Shift_JIS; no text of it that has more than ASCII reads as UTF-8. */
export function csvText(bytes: Uint8Array): string | undefined {
  for (const encoding of ['utf-8', 'shift_jis']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // not this one
    }
  }
  return undefined;
}

/**
 * Reads CSV (RFC 4180): cells with commas between, quotes around those that need them, lines that end in
 * any of the usual ways. Empty lines are left out. A quote in the wrong place spoils its own line alone.
 */
export function* readCsv(text: string): Generator<CsvLine> {
  let number = 1;
  let at = 0;
  while (at < text.length) {
    const begins = number;
    const cells: string[] = [];
    let wrong: string | undefined;
    for (;;) {
      if (text[at] === '"') {
        const { end, cell } = quoted(text, at);
        number += lineBreaksIn(text, at, end);
        at = end;
        cells.push(cell ?? '');
        if (cell === undefined) wrong = 'a quote is not closed';
        else if (!endsCell(text, at)) {
          wrong = 'something follows a closed quote';
          at = endOfCell(text, at);
        }
      } else {
        const end = endOfCell(text, at);
        const cell = text.slice(at, end);
        if (cell.includes('"')) wrong = 'a quote stands within a cell; put quotes around it, and two for one';
        cells.push(cell);
        at = end;
      }
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text.startsWith('\r\n', at)) at += 2;
    else at += 1;
    number += 1;
    if (cells.length === 1 && cells[0] === '' && wrong === undefined) continue;
    yield { number: begins, cells, ...(wrong === undefined ? {} : { wrong }) };
  }
}

/** From one quote to its end; no cell where it is not closed before the text ends. */
function quoted(text: string, from: number): { end: number; cell: string | undefined } {
  let cell = '';
  for (let at = from + 1; ;) {
    const close = text.indexOf('"', at);
    if (close === -1) return { end: text.length, cell: undefined };
    cell += text.slice(at, close);
    if (text[close + 1] !== '"') return { end: close + 1, cell };
    cell += '"';
    at = close + 2;
  }
}

function endsCell(text: string, at: number): boolean {
  return at >= text.length || text[at] === ',' || text[at] === '\n' || text[at] === '\r';
}

function endOfCell(text: string, from: number): number {
  let at = from;
  while (!endsCell(text, at)) at += 1;
  return at;
}

function lineBreaksIn(text: string, from: number, to: number): number {
  return text.slice(from, to).match(/\r\n|\n|\r/g)?.length ?? 0;
}
