import { ticketTable, type ExportOptions, type Tickets } from './exported-ticket.ts';
import type { Cell, OnProgress, Table } from './table.ts';

const byteOrderMark = '\uFEFF';
const rowsInChunk = 1000;
/** What a spreadsheet may take for a formula at the beginning of a cell, in both widths. */
const startsFormula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Tickets as CSV, in chunks.
 *
 * @example
 * for await (const chunk of ticketsAsCsv(tickets, { language: 'ja' })) file.write(chunk);
 */
export function ticketsAsCsv(tickets: Tickets, options: ExportOptions): AsyncGenerator<Uint8Array> {
  return tableAsCsv(ticketTable(tickets, options.language), options.onProgress);
}

/**
 * A table as CSV (RFC 4180, UTF-8 with the mark by which Excel knows it), in chunks. A cell that a
 * spreadsheet could take for a formula gets an apostrophe before it, as OWASP advises.
 */
export async function* tableAsCsv(
  { columns, rows }: Table,
  onProgress?: OnProgress,
): AsyncGenerator<Uint8Array> {
  let text = byteOrderMark + csvLine(columns.map(({ heading }) => heading));
  let done = 0;
  for await (const row of rows) {
    text += csvLine(row);
    done += 1;
    if (done % rowsInChunk === 0) {
      yield Buffer.from(text);
      text = '';
      onProgress?.(done);
    }
  }
  yield Buffer.from(text);
  onProgress?.(done);
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : csvText(cell))).join(',')}\r\n`;
}

/** Every text is quoted, so none can end its cell or its line. */
function csvText(text: string): string {
  const harmless = startsFormula.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
