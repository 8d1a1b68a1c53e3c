/** What the gate must know about the person whom it admits, beyond the right to enter. */
export const entryFlags = ['needs-adult', 'wheelchair-space', 'needs-assistance'] as const;
export type EntryFlag = (typeof entryFlags)[number];

/** What one card, or one ticket number, opens in an entry list. Nothing in it says who the person is. */
export interface EntryRecord {
  /** The printed ticket number. */
  readonly ticket: string;
  readonly seat?: string;
  readonly zone?: string;
  readonly category: string;
  /** The doors that it may use; any door where none is named. */
  readonly doors?: readonly string[];
  /** When it may enter, where that differs from the session's windows. Both ends included. */
  readonly window?: EntryWindow;
  /** The party that it belongs to. */
  readonly party?: EntryParty;
  /** How many people it lets in at once, where that is more than one: the representative's card opens for n. */
  readonly admits?: number;
  readonly flags?: readonly EntryFlag[];
  /** The card's public key, DER SubjectPublicKeyInfo, verified when it was bound: the pinned key. */
  readonly publicKey?: Uint8Array;
}

export interface EntryWindow {
  readonly from: Date;
  readonly until: Date;
}

export interface EntryParty {
  readonly id: string;
  /** How many tickets are in it. */
  readonly size: number;
  readonly role: 'representative' | 'companion';
}

/** One row of a list that is to be written. */
export interface Entry {
  /** The card's serial hash, 32 bytes. A ticket that no card is bound to has none, and opens by its number alone. */
  readonly serialHash?: Uint8Array;
  /** The hash of the printed ticket number, 32 bytes, under the same event key. */
  readonly ticketHash: Uint8Array;
  readonly record: EntryRecord;
}
