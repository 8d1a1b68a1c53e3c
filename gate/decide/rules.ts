import type { PackRules } from '../../ticketing/entry-list/pack-contents.ts';
import type { Direction } from './ticket.ts';

/** The rules of a session, as its pack carries them. */
export type Rules = PackRules;

/** So many visits in so many days, the day of the visit counted; days are Japan's. */
export type VisitLimit = NonNullable<Rules['visitLimits']>[number];

/** The lane that asks. */
export interface Lane {
  /** This gate's name. */
  readonly gate: string;
  /** The door it stands at, as tickets and rules name doors. */
  readonly door: string;
  readonly direction: Direction;
}
