import type { EntryFlag, EntryParty, EntryRecord } from '../../ticketing/entry-list/entry-record.ts';

/** In at an entry lane, out at an exit lane. */
export type Direction = 'in' | 'out';

/** What the gate's lists hold under a card's tag. */
export type Found =
  | EntryRecord
  /** A card that the list names as revoked. */
  | 'revoked'
  /** Nothing for this session, but a ticket for another one whose list the gate has as well. */
  | { readonly otherSession: { readonly name: string; readonly starts?: Date } }
  /** Nothing at all. */
  | undefined;

/** What a ticket shows of itself on screens and receipts. */
export interface Listing {
  readonly number: string;
  readonly category: string;
  readonly seat?: string;
  readonly zone?: string;
  readonly party?: EntryParty;
  readonly flags?: readonly EntryFlag[];
}

/** The part of a record that may be shown: not its doors, windows or keys. */
export function listingOf({ ticket, category, seat, zone, party, flags }: EntryRecord): Listing {
  return {
    number: ticket,
    category,
    ...(seat === undefined ? {} : { seat }),
    ...(zone === undefined ? {} : { zone }),
    ...(party === undefined ? {} : { party }),
    ...(flags === undefined ? {} : { flags }),
  };
}
