import { japanTime, type ExportLanguage, type OnProgress, type Table } from './table.ts';

/** What organisers see of a ticket: never a serial, a hash or a key, so a leaked export says nothing of cards. */
export interface ExportedTicket {
  readonly ticket: string;
  readonly seat?: string;
  readonly zone?: string;
  readonly category: string;
  /** When a card was bound to it; absent while none is. */
  readonly boundAt?: Date;
}

export interface ExportOptions {
  readonly language: ExportLanguage;
  /** Told how many tickets are written. */
  readonly onProgress?: OnProgress;
}

export type Tickets = Iterable<ExportedTicket> | AsyncIterable<ExportedTicket>;

const sheetNames: Readonly<Record<ExportLanguage, string>> = { ja: '入場者リスト', en: 'Entry list' };
const headings: Readonly<Record<ExportLanguage, readonly string[]>> = {
  ja: ['チケット番号', '席', 'ゾーン', '券種', 'カード登録', '登録日時（日本時間）'],
  en: ['Ticket', 'Seat', 'Zone', 'Category', 'Card bound', 'Bound at (Japan time)'],
};
const widths = [18, 24, 14, 14, 12, 22];
const boundWords: Readonly<Record<ExportLanguage, readonly [string, string]>> = {
  ja: ['未', '済'],
  en: ['no', 'yes'],
};

/** Tickets as the rows of a table. */
export function ticketTable(tickets: Tickets, language: ExportLanguage): Table {
  return {
    name: sheetNames[language],
    columns: headings[language].map((heading, at) => ({ heading, width: widths[at] ?? 14 })),
    rows: ticketRows(tickets, language),
  };
}

async function* ticketRows(tickets: Tickets, language: ExportLanguage): AsyncGenerator<string[]> {
  const [unbound, bound] = boundWords[language];
  for await (const { ticket, seat = '', zone = '', category, boundAt } of tickets) {
    const isBound = boundAt === undefined ? unbound : bound;
    yield [ticket, seat, zone, category, isBound, boundAt === undefined ? '' : japanTime(boundAt.getTime())];
  }
}
