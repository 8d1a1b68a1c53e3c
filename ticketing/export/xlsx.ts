import { Zip, ZipDeflate } from 'fflate';
import { ticketTable, type ExportOptions, type Tickets } from './exported-ticket.ts';
import type { Cell, OnProgress, Table } from './table.ts';
import {
  contentTypes,
  packageRelations,
  sheetEnd,
  sheetRow,
  sheetStart,
  styles,
  workbook,
  workbookRelations,
} from './xlsx-parts.ts';

const rowsInChunk = 1000;
/** A sheet has 1,048,576 rows at most; the rest goes on the next one. */
const mostRows = 1_000_000;
/** The same bytes for the same rows: no time of day in the archive. */
const archiveTime = new Date(2000, 0, 1);

/**
 * Tickets as an Excel workbook, in chunks.
 *
 * @example
 * for await (const chunk of ticketsAsXlsx(tickets, { language: 'ja' })) file.write(chunk);
 */
export function ticketsAsXlsx(tickets: Tickets, options: ExportOptions): AsyncGenerator<Uint8Array> {
  return tableAsXlsx(ticketTable(tickets, options.language), options.onProgress);
}

/**
 * A table as an Excel workbook (Office Open XML), in chunks. Every text is typed as one, so that none is ever
 * a formula, whatever it begins with.
 */
export async function* tableAsXlsx(
  table: Table,
  onProgress?: OnProgress,
  rowsInSheet = mostRows,
): AsyncGenerator<Uint8Array> {
  const book = new Workbook(table);
  let done = 0;
  for await (const row of table.rows) {
    if (done % rowsInSheet === 0) book.startSheet();
    book.addRow(row);
    done += 1;
    if (done % rowsInChunk === 0) {
      yield book.takeBytes();
      onProgress?.(done);
    }
  }
  if (done === 0) book.startSheet();
  book.end();
  yield book.takeBytes();
  onProgress?.(done);
}

class Workbook {
  readonly #zip: Zip;
  readonly #table: Pick<Table, 'name' | 'columns'>;
  readonly #chunks: Uint8Array[] = [];
  #sheet: ZipDeflate | undefined;
  #sheets = 0;
  #rows = 0;
  #text = '';

  constructor(table: Pick<Table, 'name' | 'columns'>) {
    this.#table = table;
    this.#zip = new Zip((error, chunk) => {
      if (error !== null) throw error;
      this.#chunks.push(chunk);
    });
  }

  startSheet(): void {
    this.#endSheet();
    this.#sheets += 1;
    this.#rows = 0;
    this.#sheet = this.#startPart(`xl/worksheets/sheet${this.#sheets}.xml`);
    this.#text = sheetStart(this.#table.columns);
    this.addRow(this.#table.columns.map(({ heading }) => heading));
  }

  addRow(cells: readonly Cell[]): void {
    this.#rows += 1;
    this.#text += sheetRow(this.#rows, cells);
  }

  end(): void {
    this.#endSheet();
    this.#addPart('[Content_Types].xml', contentTypes(this.#sheets));
    this.#addPart('_rels/.rels', packageRelations);
    this.#addPart('xl/workbook.xml', workbook(this.#sheets, this.#table.name));
    this.#addPart('xl/_rels/workbook.xml.rels', workbookRelations(this.#sheets));
    this.#addPart('xl/styles.xml', styles);
    this.#zip.end();
  }

  /** What of the archive is ready; each byte once. */
  takeBytes(): Uint8Array {
    this.#flush(false);
    return Buffer.concat(this.#chunks.splice(0));
  }

  #endSheet(): void {
    if (this.#sheet === undefined) return;
    this.#text += sheetEnd;
    this.#flush(true);
    this.#sheet = undefined;
  }

  #flush(final: boolean): void {
    this.#sheet?.push(Buffer.from(this.#text), final);
    this.#text = '';
  }

  #addPart(name: string, text: string): void {
    this.#startPart(name).push(Buffer.from(text), true);
  }

  #startPart(name: string): ZipDeflate {
    const part = new ZipDeflate(name, { level: 6 });
    part.mtime = archiveTime;
    this.#zip.add(part);
    return part;
  }
}
