/** What people must look at, and who did what. */
export interface CaseTables {
  cases: CaseRow;
  case_notes: CaseNoteRow;
  audit: AuditRow;
}

interface CaseRow {
  id: string;
  organisation_id: string;
  event_id: string | null;
  session_id: string | null;
  kind: string;
  /** What it is about: the same thing found again is the same case. */
  subject: string;
  /** JSON: all that is needed to work it; no serial, hash or name. */
  detail: string;
  state: 'open' | 'working' | 'closed';
  /** What it came to; none while it is not closed. */
  outcome: string | null;
  owner_id: string | null;
  opened_at: number;
  changed_at: number;
  revision: number;
}

interface CaseNoteRow {
  id: string;
  case_id: string;
  /** None where the service says what it did to the case by itself. */
  person_id: string | null;
  at: number;
  text: string;
}

/** An act of a person or of the service itself, kept as long as the organisation is. */
interface AuditRow {
  id: string;
  at: number;
  organisation_id: string | null;
  /** None where the service did it by itself. */
  person_id: string | null;
  act: string;
  subject: string;
  /** JSON, without secrets and without anything that names a visitor. */
  detail: string;
}
