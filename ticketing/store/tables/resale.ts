/** Tickets that are offered again at their price, and who waits for one. */
export interface ResaleTables {
  resale_offers: ResaleOfferRow;
  waiting: WaitingRow;
}

interface ResaleOfferRow {
  id: string;
  event_id: string;
  category_id: string;
  /** The seller's: it stays good until another is paid for in its place. */
  ticket_id: string;
  state: 'open' | 'matched' | 'accepted' | 'sold' | 'withdrawn' | 'ended';
  /** Who may have it: an application that waits, or that accepted and has yet to be paid for. */
  application_id: string | null;
  accept_until: number | null;
  offered_at: number;
  ended_at: number | null;
}

/** What a waiting application's card is bound by, once there is a ticket for it. */
interface WaitingRow {
  application_id: string;
  category_id: string;
  joined_at: number;
  /** SHA-256 of the code, which is shown once and kept nowhere. */
  code_hash: Buffer;
  /** The id that the binding will have, and the serial, sealed under it. */
  binding_id: string;
  serial_hash: Buffer;
  serial: Buffer;
  issuer_key_id: Buffer;
  not_after: number;
  public_key: Buffer;
}
