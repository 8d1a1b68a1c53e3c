/** What visitors have: applications, tickets, and the cards that are bound to them. */
export interface TicketTables {
  visitors: VisitorRow;
  visitor_hashes: VisitorHashRow;
  applications: ApplicationRow;
  tickets: TicketRow;
  bindings: BindingRow;
}

/** A person within one event, without a name: quotas hold for them. */
interface VisitorRow {
  id: string;
  event_id: string;
}

/** The serial hashes, old and new, by which a visitor is known again. */
interface VisitorHashRow {
  event_id: string;
  serial_hash: Buffer;
  visitor_id: string;
}

interface ApplicationRow {
  /** The signed form's own. */
  id: string;
  /** For people: on the slip and at the desk. */
  number: string;
  event_id: string;
  session_id: string;
  category_id: string;
  visitor_id: string;
  /** The exact bytes that were signed, and the signature; the certificate, which names the person, is not kept. */
  form: Buffer;
  signature: Buffer;
  /** The signature certificate: its issuer's key id, and its serial, sealed. */
  signature_issuer: Buffer;
  signature_serial: Buffer;
  tickets: number;
  companions: 'own-cards' | 'enter-together' | 'representative-opens';
  total: number;
  /** `waiting`: for a ticket that somebody sells again. */
  state: 'waiting' | 'reserved' | 'paid' | 'lapsed' | 'cancelled' | 'refunded';
  taken_at: number;
  due_at: number;
  paid_at: number | null;
  ended_at: number | null;
}

interface TicketRow {
  id: string;
  /** As printed, and typed by staff. */
  number: string;
  event_id: string;
  session_id: string;
  category_id: string;
  /** None for tickets that were imported from elsewhere. */
  application_id: string | null;
  /** Whose quota it counts for; none until it is bound, where it was imported. */
  visitor_id: string | null;
  seat_id: string;
  /** 1 is the representative's. */
  place: number;
  /** How many people its card opens for. */
  admits: number;
  /** JSON: needs an adult and the like. */
  flags: string | null;
  state: 'reserved' | 'valid' | 'ended';
  ended_why: 'lapsed' | 'cancelled' | 'refunded' | 'resold' | null;
  changed_at: number;
}

/** The tie of a ticket to a card. */
export interface BindingRow {
  id: string;
  event_id: string;
  session_id: string;
  ticket_id: string;
  serial_hash: Buffer;
  /** The serial, sealed under `bindings/<id>/serial`: whether it is still valid must be asked. */
  serial: Buffer;
  issuer_key_id: Buffer;
  not_after: number;
  /** The card's key as it was verified when it was bound, DER SubjectPublicKeyInfo: the pinned key. */
  public_key: Buffer | null;
  medium: 'card' | 'phone';
  how: 'application' | 'claim' | 'desk' | 'renewal' | 'resale';
  /** `suspended`: held back from lists while nobody knows whether its certificate is valid. */
  state: 'active' | 'suspended' | 'ended' | 'revoked';
  bound_at: number;
  ended_at: number | null;
  ended_why: 'renewed' | 'lost' | 'replaced' | 'expired' | 'revoked' | 'ticket-ended' | 'recalled' | null;
  /** When its certificate was last asked about. */
  checked_at: number;
}
