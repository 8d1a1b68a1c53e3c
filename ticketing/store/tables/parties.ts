/** What parties do with their tickets, and what of it gates have yet to hear. */
export interface PartyTables {
  list_changes: ListChangeRow;
  list_cuts: ListCutRow;
  party_codes: PartyCodeRow;
  claims: ClaimRow;
  claim_challenges: ClaimChallengeRow;
  desk_challenges: DeskChallengeRow;
  claim_chases: ClaimChaseRow;
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

/** By which a representative looks after the tickets of an application. One at a time. */
interface PartyCodeRow {
  application_id: string;
  /** SHA-256 of the code, which is shown once and kept nowhere. */
  code_hash: Buffer;
  issued_at: number;
}

/** By which whoever has its code binds an own card to a ticket. */
interface ClaimRow {
  id: string;
  event_id: string;
  session_id: string;
  ticket_id: string;
  /** SHA-256 of the code, which is shown once and kept nowhere. */
  code_hash: Buffer;
  state: 'open' | 'used' | 'recalled' | 'expired';
  issued_at: number;
  until: number;
  attempts_left: number;
  ended_at: number | null;
  /** The challenge that it was used under: whoever did not hear the answer may ask again. */
  used_challenge: Buffer | null;
}

/** 32 random bytes that one attempt at a claim may sign. */
interface ClaimChallengeRow {
  challenge: Buffer;
  claim_id: string;
  until: number;
}

/** 32 random bytes that a card signs at a desk, to be bound to a ticket. */
interface DeskChallengeRow {
  challenge: Buffer;
  ticket_id: string;
  person_id: string;
  until: number;
}

/** That an organiser was told of a session's late claims: some days before their end, and at it. */
interface ClaimChaseRow {
  session_id: string;
  stage: 'late' | 'over';
  at: number;
}
