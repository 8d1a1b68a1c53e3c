/** What parties do with their tickets, and what of it gates have yet to hear. */
export interface PartyTables {
  list_changes: ListChangeRow;
  list_cuts: ListCutRow;
}

/** A ticket of which gates have to hear anew. One row for each change: see bindings/list-changes.ts. */
interface ListChangeRow {
  id: string;
  session_id: string;
  ticket_id: string;
  /** The cut that it came with; none yet where null. */
  cut: number | null;
}

/** How often a session's changes were cut. */
interface ListCutRow {
  session_id: string;
  cut: number;
}
