import type { Counts } from '../api/staff-messages.ts';

/** One minute of the chart: when it begins, and how many came in. */
export interface Minute {
  readonly at: number;
  readonly in: number;
}

const width = 30;

/**
 * The last half hour, minute by minute, up to `now`; minutes in which nobody came are there as well, since a
 * lane that stands still is what one looks for.
 */
export function lastMinutes(minutes: Counts['minutes'], now: number): Minute[] {
  const counted = new Map(minutes.map((minute) => [minute.minute, minute.in]));
  const last = Math.floor(now / 60_000);
  return Array.from({ length: width }, (_, index) => {
    const minute = last - width + 1 + index;
    return { at: minute * 60_000, in: counted.get(minute) ?? 0 };
  });
}

/** The least round number that none of the bars is above. */
export function roundTop(most: number): number {
  const steps = [4, 10, 20, 40, 100, 200, 400];
  return steps.find((step) => step >= most) ?? Math.ceil(most / 500) * 500;
}
