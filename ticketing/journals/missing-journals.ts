/** A gate that had a session's list, and the end of what it has handed over. */
export interface ExpectedJournal {
  readonly gate: string;
  readonly door: string;
  /** Whether it fetched a list over the network, which shows that it was in use. */
  readonly fetched: boolean;
  readonly lastEntry?: { readonly at: number; readonly kind: string };
}

/** How long after a session its gates have to hand over. */
export const handOverWithin = 2 * 3_600_000;

/**
 * Whether what a gate handed over reaches the session's end: it goes beyond it, or the gate was stopped
 * during it and says so.
 */
export function reachesEnd(
  { lastEntry }: ExpectedJournal,
  { validFrom, validUntil }: { readonly validFrom: number; readonly validUntil: number },
): boolean {
  if (lastEntry === undefined) return false;
  return lastEntry.at >= validUntil || (lastEntry.kind === 'stop' && lastEntry.at >= validFrom);
}
