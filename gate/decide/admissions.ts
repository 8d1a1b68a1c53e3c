import type { Direction } from './ticket.ts';

/** One recorded entry or exit. */
export interface Movement {
  readonly direction: Direction;
  readonly at: number;
  readonly gate: string;
}

/** What is recorded of one binding, or of one ticket by whichever of its cards. */
export interface Passage {
  /** The newest movement. */
  readonly last?: Movement;
  /** The newest entry. */
  readonly lastIn?: Movement;
  /** When it entered, newest first; as far back and as many as the visit limits ask for. */
  readonly visits: readonly number[];
}

/** What this gate knows about a ticket, its card and its party: a value, read from the journal. */
export interface Admissions {
  readonly binding: Passage;
  readonly ticket: Passage;
  readonly party: {
    /** The representative's newest entry. */
    readonly representativeIn?: number;
    /** Whether an adult of the party is inside. */
    readonly adultInside: boolean;
  };
  /** When the newest entry of the journal was written; no verdict is given by a clock behind it. */
  readonly newest?: number;
}

const nothing: Passage = { visits: [] };

/** Nobody has come yet. */
export const noAdmissions: Admissions = { binding: nothing, ticket: nothing, party: { adultInside: false } };
