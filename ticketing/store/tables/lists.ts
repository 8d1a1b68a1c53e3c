/** What was exported for gates. */
export interface ListTables {
  entry_lists: EntryListRow;
  list_chunks: ListChunkRow;
  list_recipients: ListRecipientRow;
  list_exports: ListExportRow;
}

/** One version of a session's entry list for a gate group: a whole pack, or the change from the version before. */
interface EntryListRow {
  id: string;
  organisation_id: string;
  event_id: string;
  session_id: string;
  gate_group: string;
  /** The cut of changes that it has all of: rises within a session, over all its gate groups. */
  version: number;
  kind: 'full' | 'delta';
  /** The version that a delta changes. */
  base: number | null;
  /** SHA-256 of the file, in hexadecimal. */
  digest: string;
  /** SHA-256 of the sealed manifest of the list or delta: the next delta names it. */
  manifest_digest: Buffer;
  bytes: number;
  /** How many entries it puts in force, or changes. */
  entries: number;
  /** SHA-256 of all that a pack holds beside the list: where it would differ, a delta does not do. */
  contents_digest: Buffer;
  /** When its content began to be read: what ended before is not in it. */
  issued_at: number;
  /** None where the service made it by itself. */
  made_by: string | null;
}

/** A piece of a file. Pieces without their row in `entry_lists` are nobody's, and are swept away. */
interface ListChunkRow {
  list_id: string;
  number: number;
  bytes: Buffer;
}

/** A gate that the event key was wrapped to in a whole pack, or that took a delta; and when it first fetched the file. */
interface ListRecipientRow {
  list_id: string;
  gate_id: string;
  fetched_at: number | null;
}

/** An export that someone asked for. */
interface ListExportRow {
  id: string;
  organisation_id: string;
  session_id: string;
  gate_group: string;
  wanted: 'newest' | 'full' | 'delta';
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** Tickets read so far, of so many. */
  done: number;
  total: number;
  list_id: string | null;
  /** The code and the sentence of what it failed with. */
  error: string | null;
  asked_by: string | null;
  asked_at: number;
  ended_at: number | null;
}
