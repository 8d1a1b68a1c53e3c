import { Zip, ZipDeflate } from 'fflate';
import {
  headingRow,
  ticketRow,
  type ExportLanguage,
  type ExportOptions,
  type Tickets,
} from './exported-ticket.ts';
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
/** The same bytes for the same tickets: no time of day in the archive. */
const archiveTime = new Date(2000, 0, 1);

/**
 * Tickets as an Excel workbook (Office Open XML), in chunks. Every cell is typed as text, so that none is
 * ever a formula, whatever it begins with.
 *
 * @example
 * for await (const chunk of ticketsAsXlsx(tickets, { language: 'ja' })) file.write(chunk);
 */
export async function* ticketsAsXlsx(
  tickets: Tickets,
  { language, onProgress }: ExportOptions,
  rowsInSheet = mostRows,
): AsyncGenerator<Uint8Array> {
  const book = new Workbook(language);
  let done = 0;
  for await (const ticket of tickets) {
    if (done % rowsInSheet === 0) book.startSheet();
    book.addRow(ticketRow(ticket, language));
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
  readonly #language: ExportLanguage;
  readonly #chunks: Uint8Array[] = [];
  #sheet: ZipDeflate | undefined;
  #sheets = 0;
  #rows = 0;
  #text = '';

  constructor(language: ExportLanguage) {
    this.#language = language;
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
    this.#text = sheetStart;
    this.addRow(headingRow(this.#language));
  }

  addRow(cells: readonly string[]): void {
    this.#rows += 1;
    this.#text += sheetRow(this.#rows, cells);
  }

  end(): void {
    this.#endSheet();
    this.#addPart('[Content_Types].xml', contentTypes(this.#sheets));
    this.#addPart('_rels/.rels', packageRelations);
    this.#addPart('xl/workbook.xml', workbook(this.#sheets, this.#language));
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
