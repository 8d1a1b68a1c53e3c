import type { Direction } from '../decide/ticket.ts';
import type { Entry, EntryOf } from '../journal-format/entry.ts';

/** An entry that lets someone in or out. */
export type AdmissionEntry = EntryOf<'tap'> | EntryOf<'hand'>;

/** What an admission means for counts and for the next decision. */
export interface Movement {
  readonly session: string;
  /** Whom it is of: a ticket, else a card, else nobody that could be told again. */
  readonly subject: string;
  readonly direction: Direction;
  readonly at: number;
  readonly tag: Uint8Array | undefined;
  readonly category: string;
  readonly party: string | undefined;
  readonly representative: boolean;
  readonly adult: boolean;
  readonly people: number;
}

/** Whether an entry is an admission: by hand, or by a tap that was let through for the first time. */
export function isAdmission(entry: Entry): entry is AdmissionEntry {
  return entry.kind === 'hand' || (entry.kind === 'tap' && entry.verdict === 'admitted' && !entry.repeat);
}

/** The movement that an admission is. */
export function movementOf(entry: AdmissionEntry): Movement {
  return {
    session: entry.session ?? '',
    subject: subjectOf(entry),
    direction: entry.direction,
    at: entry.at,
    tag: entry.tag,
    category: entry.category ?? '',
    party: entry.party?.id,
    representative: entry.party?.role === 'representative',
    adult: entry.needsAdult !== true,
    people: entry.people ?? 1,
  };
}

/** The subject of those let in by hand without ticket or card. */
export const unnamed = 'unnamed';

/** The name under which movements of the same ticket, or of the same card without one, are one. */
export function subjectOf(of: {
  readonly ticket?: string | undefined;
  readonly tag?: Uint8Array | undefined;
}) {
  if (of.ticket !== undefined) return `ticket ${of.ticket}`;
  return of.tag === undefined ? unnamed : `card ${Buffer.from(of.tag).toString('hex')}`;
}
