import { headingRow, ticketRow, type ExportOptions, type Tickets } from './exported-ticket.ts';

const byteOrderMark = '\uFEFF';
const rowsInChunk = 1000;
/** What a spreadsheet may take for a formula at the beginning of a cell, in both widths. */
const startsFormula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Tickets as CSV (RFC 4180, UTF-8 with the mark by which Excel knows it), in chunks. A cell that a
 * spreadsheet could take for a formula gets an apostrophe before it, as OWASP advises.
 *
 * @example
 * for await (const chunk of ticketsAsCsv(tickets, { language: 'ja' })) file.write(chunk);
 */
export async function* ticketsAsCsv(
  tickets: Tickets,
  { language, onProgress }: ExportOptions,
): AsyncGenerator<Uint8Array> {
  let text = byteOrderMark + csvLine(headingRow(language));
  let done = 0;
  for await (const ticket of tickets) {
    text += csvLine(ticketRow(ticket, language));
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

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Every cell is quoted, so no text can end its cell or its line. */
function csvCell(text: string): string {
  const harmless = startsFormula.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
