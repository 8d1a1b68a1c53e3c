/** What organisers see of a ticket: never a serial, a hash or a key, so a leaked export says nothing of cards. */
export interface ExportedTicket {
  readonly ticket: string;
  readonly seat?: string;
  readonly zone?: string;
  readonly category: string;
  /** When a card was bound to it; absent while none is. */
  readonly boundAt?: Date;
}

export type ExportLanguage = 'ja' | 'en';

export interface ExportOptions {
  /** The language of the headings. */
  readonly language: ExportLanguage;
  /** Told how many tickets are written, now and then. */
  readonly onProgress?: (done: number) => void;
}

export type Tickets = Iterable<ExportedTicket> | AsyncIterable<ExportedTicket>;

const headings: Readonly<Record<ExportLanguage, readonly string[]>> = {
  ja: ['チケット番号', '席', 'ゾーン', '券種', 'カード登録', '登録日時（日本時間）'],
  en: ['Ticket', 'Seat', 'Zone', 'Category', 'Card bound', 'Bound at (Japan time)'],
};
const boundWords: Readonly<Record<ExportLanguage, readonly [string, string]>> = {
  ja: ['未', '済'],
  en: ['no', 'yes'],
};
const japanOffset = 9 * 3_600_000;

/** The first row of every export. */
export function headingRow(language: ExportLanguage): readonly string[] {
  return headings[language];
}

/** One ticket as the texts of its row. */
export function ticketRow(ticket: ExportedTicket, language: ExportLanguage): readonly string[] {
  const { boundAt } = ticket;
  const [unbound, bound] = boundWords[language];
  return [
    ticket.ticket,
    ticket.seat ?? '',
    ticket.zone ?? '',
    ticket.category,
    boundAt === undefined ? unbound : bound,
    boundAt === undefined ? '' : japanTime(boundAt),
  ];
}

function japanTime(at: Date): string {
  return new Date(at.getTime() + japanOffset).toISOString().slice(0, 19).replace('T', ' ');
}
