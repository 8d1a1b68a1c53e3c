import { dayMilliseconds, startOfDay } from './japan-time.ts';
import type { VisitLimit } from './rules.ts';

/**
 * The limit that another visit would break, and when it no longer would. A limit of n in d days holds over
 * the day of the visit and the d - 1 days before it, by Japan's calendar. Each list of visits is newest
 * first and is held to the limits by itself: those of the card, and those of the ticket. Of several broken
 * limits, the one that keeps the visitor out longest is told.
 */
export function reachedLimit(
  visits: readonly (readonly number[])[],
  limits: readonly VisitLimit[],
  now: number,
): { visits: number; days: number; from: number } | undefined {
  let longest: { visits: number; days: number; from: number } | undefined;
  for (const limit of limits) {
    for (const times of visits) {
      const from = possibleFrom(times, limit);
      if (from > now && (longest === undefined || from > longest.from)) longest = { ...limit, from };
    }
  }
  return longest;
}

/** With n visits made, the next is possible when the n-th newest is d days back. */
function possibleFrom(times: readonly number[], { visits, days }: VisitLimit): number {
  if (visits <= 0) return Number.POSITIVE_INFINITY;
  const nth = times[visits - 1];
  return nth === undefined ? Number.NEGATIVE_INFINITY : startOfDay(nth) + days * dayMilliseconds;
}

/** How far back, and how many, visits must be known for these limits to be held. */
export function visitsNeeded(
  limits: readonly VisitLimit[],
  now: number,
): { readonly since: number; readonly atMost: number } {
  const days = Math.max(0, ...limits.map((limit) => limit.days));
  const atMost = Math.max(0, ...limits.map((limit) => limit.visits));
  return { since: startOfDay(now) - Math.max(0, days - 1) * dayMilliseconds, atMost };
}
