import type { Direction, Listing } from './ticket.ts';

/**
 * What a tap can end in: one closed set, from which the screen, the light, the journal and the ticketing
 * service all read. In the order of 5-gate.md, best news first.
 */
export const verdictNames = [
  'admitted',
  'already-entered',
  'wrong-gate',
  'too-early',
  'too-late',
  'wrong-session',
  'visit-limit',
  'party-incomplete',
  'needs-adult',
  'not-on-list',
  'revoked',
  'expired',
  'not-genuine',
  'unknown-issuer',
  'not-a-my-number-card',
  'no-certificate',
  'unreadable',
  'hold-longer',
  'out-of-order',
] as const;

/** The name of a verdict. */
export type VerdictName = (typeof verdictNames)[number];

/** What a gate may be without. */
export type Part = 'hsm' | 'list' | 'clock' | 'disk' | 'reader';

/** The exact reason for the staff's screen, in a word for programs and in a sentence for people. */
export interface Reason {
  readonly code?: string;
  readonly reason?: string;
}

/** What a verdict says of the ticket that the card opened; nothing in roster mode, where there is none. */
interface OfTicket {
  /** When the card was tapped; for a repeat, when it was admitted. */
  readonly at: number;
  readonly ticket?: Listing;
}

/** Times are milliseconds since 1970. */
interface Details {
  admitted: OfTicket & {
    readonly direction: Direction;
    /** The gate that admits; its name stands on the receipt. */
    readonly gate: string;
    /** How many people may pass. */
    readonly people: number;
    /** The same card again within the guard's time: shown again, recorded once. */
    readonly repeat: boolean;
  };
  'already-entered': OfTicket & {
    readonly enteredAt: number;
    readonly enteredGate: string;
    /** Whether it was this card or another of the same ticket. */
    readonly by: 'card' | 'ticket';
  };
  'wrong-gate': OfTicket & { readonly gate: string; readonly doors: readonly string[] };
  'too-early': OfTicket & { readonly from: number };
  'too-late': OfTicket & { readonly until: number };
  /** The ticket is for this other session. */
  'wrong-session': { readonly at: number; readonly session: string; readonly starts?: number };
  'visit-limit': OfTicket & {
    /** The limit that is reached: so many visits in so many days. */
    readonly visits: number;
    readonly days: number;
    /** When the next visit is possible. */
    readonly from: number;
  };
  'party-incomplete': OfTicket & {
    /** Who is missing: the representative never came, or came too long ago. */
    readonly missing: 'representative' | 'in-time';
    readonly withinSeconds: number;
  };
  'needs-adult': OfTicket;
  'not-on-list': Reason;
  revoked: Reason;
  expired: Reason;
  'not-genuine': Reason;
  'unknown-issuer': Reason;
  'not-a-my-number-card': Reason;
  'no-certificate': Reason;
  unreadable: Reason;
  'hold-longer': Reason & { readonly because: 'left-early' | 'two-cards' };
  'out-of-order': Reason & { readonly missing: readonly Part[] };
}

/**
 * A verdict by its name: `VerdictOf<'too-early'>` has `from`. A name without details does not compile.
 */
export type VerdictOf<Name extends VerdictName = VerdictName> = {
  [N in Name]: { readonly name: N } & Details[N];
}[Name];

/** What a tap ended in, with all that is to be told about it. */
export type Verdict = VerdictOf;
