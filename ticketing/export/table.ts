/** A number stays one that spreadsheets add up; a text never becomes a formula. */
export type Cell = string | number;

/** What people get as CSV or as an Excel workbook. */
export interface Table {
  /** What a workbook calls its sheet. */
  readonly name: string;
  /** Headings, and how many signs wide a workbook shows each column. */
  readonly columns: readonly { readonly heading: string; readonly width: number }[];
  readonly rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>;
}

/** Told how many rows are written, now and then. */
export type OnProgress = (done: number) => void;

/** The language of headings and words. */
export type ExportLanguage = 'ja' | 'en';

const japanOffset = 9 * 3_600_000;

/** A moment as tables show it: Japan's time, which sorts as text. */
export function japanTime(at: number): string {
  return new Date(at + japanOffset).toISOString().slice(0, 19).replace('T', ' ');
}
