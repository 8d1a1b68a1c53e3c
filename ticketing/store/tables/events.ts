/** What organisers set up: events, their sessions, and what there is to sell. */
export interface EventTables {
  organisations: OrganisationRow;
  events: EventRow;
  sessions: SessionRow;
  categories: CategoryRow;
  seats: SeatRow;
}

interface OrganisationRow {
  id: string;
  name: string;
  created_at: number;
}

interface EventRow {
  id: string;
  organisation_id: string;
  /** As packs and journals name it, and the event key; nowhere twice, and never changed. */
  name: string;
  /** JSON `{ ja, en }`. */
  texts: string;
  /** The most tickets that one person may hold over all its sessions. */
  quota: number | null;
  /** How many days after its last session all that belongs to it goes. */
  erase_after_days: number;
  state: 'draft' | 'live' | 'erased';
  created_at: number;
  /** Raised with each change: the ETag. */
  revision: number;
}

interface SessionRow {
  id: string;
  event_id: string;
  /** As packs and journals name it; once in its event, and never changed. */
  name: string;
  /** JSON `{ ja, en }`: what it is called. */
  texts: string;
  /** JSON `{ venue?, notice? }`, as its packs carry them. */
  notes: string | null;
  starts_at: number;
  /** From when to when gates may admit by its lists. */
  valid_from: number;
  valid_until: number;
  sale_from: number;
  sale_until: number;
  /** How long a reservation is held for its payment. */
  pay_within_ms: number;
  /** Until when companions may claim their tickets. */
  claim_until: number;
  quota: number | null;
  /** JSON: which of the companion rules an application may choose. */
  companions: string;
  /** JSON: the rules that its packs carry, as packRules encodes them. */
  rules: string;
  /** A receiptline template; the gate's own where empty. */
  receipt: string;
  state: 'draft' | 'on-sale' | 'closed' | 'cancelled';
  revision: number;
}

interface CategoryRow {
  id: string;
  session_id: string;
  /** As the entry list names it. */
  name: string;
  /** JSON `{ ja, en }`. */
  texts: string;
  /** In whole yen. */
  price: number;
}

/** One unit of sale: a numbered seat, or one standing place of many. */
interface SeatRow {
  id: string;
  session_id: string;
  category_id: string;
  /** What is printed; none for an unnumbered place. */
  label: string | null;
  zone: string | null;
  /** JSON: the doors that lead to it; any where null. */
  doors: string | null;
  /** JSON: wheelchair space and the like. */
  flags: string | null;
  /** Where the seat map draws it. */
  x: number | null;
  y: number | null;
  /** The order in which seats are given out; two that follow on each other are side by side. */
  position: number;
  state: 'free' | 'held' | 'sold' | 'blocked';
  /** The ticket that has it, while it is held or sold. */
  ticket_id: string | null;
}
