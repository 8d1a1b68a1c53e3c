/** What was sold elsewhere, and came in as a file. */
export interface OrderTables {
  order_imports: OrderImportRow;
  imported_tickets: ImportedTicketRow;
}

/** A file of a play guide's orders. */
interface OrderImportRow {
  id: string;
  organisation_id: string;
  event_id: string;
  guide: string;
  /** Whether its good lines are taken where others are wrong. */
  wanted: 'all' | 'good';
  state: 'waiting' | 'checking' | 'writing' | 'done' | 'refused' | 'failed';
  /** The file, until the import has ended. */
  file: Buffer | null;
  /** Lines that were checked or written so far, of so many. */
  done: number;
  total: number;
  taken: number;
  wrong: number;
  /** JSON: the first wrong lines, each with its reason. */
  report: string;
  asked_by: string | null;
  asked_at: number;
  ended_at: number | null;
}

/** Which of the guide's tickets became which of ours; each once. */
interface ImportedTicketRow {
  ticket_id: string;
  import_id: string;
  event_id: string;
  guide: string;
  guide_order: string;
  guide_ticket: string;
}
