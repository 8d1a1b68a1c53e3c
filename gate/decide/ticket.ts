/** In at an entry lane, out at an exit lane. */
export type Direction = 'in' | 'out';

/** From and until, both still within; milliseconds since 1970. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

/** A representative and the companions who bought together. */
export interface Party {
  readonly id: string;
  readonly role: 'representative' | 'companion';
}

/** What a ticket shows of itself on a screen or a receipt. */
export interface Listing {
  readonly number: string;
  readonly seat?: string;
  readonly zone?: string;
  readonly category?: string;
  readonly party?: Party;
}

/** A ticket as the entry list gives it to the gate once its card has opened the record. */
export interface Ticket extends Listing {
  /** Doors it may use; where left out, its zone's doors, else any. */
  readonly doors?: readonly string[];
  /** Its own time window, which goes before its category's. */
  readonly window?: Window;
  /** The session it is for, where that is another than the list's. */
  readonly session?: { readonly name: string; readonly starts?: number };
  /** A child's ticket: an adult of the party must be inside. */
  readonly needsAdult?: boolean;
  /** How many people this ticket admits at once, where the representative's card opens for several. */
  readonly people?: number;
}
