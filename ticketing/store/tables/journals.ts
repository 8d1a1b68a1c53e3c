/** What gates handed over of their journals. */
export interface JournalTables {
  gate_logs: GateLogRow;
  journal_entries: JournalEntryRow;
  journal_files: JournalFileRow;
}

/** One log of a gate as far as it was seen: what it is held to from now on. */
interface GateLogRow {
  gate_id: string;
  epoch: number;
  /** How many entries its newest checkpoint covers; all of them are kept. */
  size: number;
  root: Buffer;
  /** That checkpoint with the service's own signature; none where only the next log speaks for its end. */
  countersigned: string | null;
  seen_at: number;
}

/** A signed entry. Where a log has two histories there are two at one place. */
interface JournalEntryRow {
  gate_id: string;
  epoch: number;
  number: number;
  /** Its leaf hash: what stays after erasure, so that the log can still be verified. */
  leaf: Buffer;
  kind: string;
  at: number;
  /** Event and session as journals name them, `event/session`. */
  session: string | null;
  ticket: string | null;
  /** The first half of the card's serial hash. */
  tag: Buffer | null;
  category: string | null;
  verdict: string | null;
  code: string | null;
  direction: 'in' | 'out' | null;
  /** 1 where it is an admission: by hand, or a tap that was let through for the first time. */
  admission: number;
  people: number;
  /** The place of the admission that an undo takes back. */
  of_epoch: number | null;
  of_number: number | null;
  /** The exact bytes; none once they were erased. */
  bytes: Buffer | null;
}

/** A handed-over file that is kept as it came, because something is wrong with it. */
interface JournalFileRow {
  /** SHA-256 of the file, in hexadecimal. */
  digest: string;
  organisation_id: string;
  /** As the file names it. */
  gate: string;
  received_at: number;
  bytes: Buffer;
}
