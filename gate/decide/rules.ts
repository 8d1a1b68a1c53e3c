import type { EntryWindow } from '../../ticketing/entry-list/entry-record.ts';
import type { Direction } from './ticket.ts';

/** So many visits in so many days, the day of the visit counted; days are Japan's. */
export interface VisitLimit {
  readonly visits: number;
  readonly days: number;
}

/** The rules of a session, as its pack carries them. */
export interface Rules {
  /**
   * Whether someone who has entered may enter again: `never` (one entry), `after-exit` (inside until an
   * exit tap), `freely` (nothing but visit limits counts).
   */
  readonly entry: 'never-again' | 'after-exit' | 'freely';
  /** Which doors lead to which zone; a zone that is not named here is reached by any door. */
  readonly zoneDoors?: Readonly<Record<string, readonly string[]>>;
  /** When each category may enter; a window without a category is for those that have none of their own. */
  readonly windows?: readonly (EntryWindow & { readonly category?: string })[];
  /** Several at once, each of which must hold. */
  readonly visitLimits?: readonly VisitLimit[];
  /** A companion enters within so many seconds after the party's representative. */
  readonly partyWithinSeconds?: number;
  /** Nobody needs a ticket: whoever holds a genuine card is let in and written down. */
  readonly roster?: boolean;
}

/** The lane that asks. */
export interface Lane {
  /** This gate's name. */
  readonly gate: string;
  /** The door it stands at, as tickets and rules name doors. */
  readonly door: string;
  readonly direction: Direction;
}
