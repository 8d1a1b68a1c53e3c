import type { Revocation } from './revocation.ts';

/** What to do where nothing in date says that a certificate is good. In this file, and nowhere else. */
export interface RevocationPolicy {
  readonly name: string;
  /** For how long after its end a list or answer may still decide, in milliseconds. */
  readonly graceForStale: number;
}

/** The default, at binding and export: no grace, and what is not known to be good becomes a case. */
export const refuseUnlessGood: RevocationPolicy = { name: 'refuse unless good', graceForStale: 0 };

/** For an organiser who chooses to live with lists that are late by so many hours. */
export function withGrace(hours: number): RevocationPolicy {
  return { name: `${hours} h of grace for stale lists`, graceForStale: hours * 3_600_000 };
}

/** Whether `at` is within an answer's time: its first and last second included, grace added. */
export function isInDate(nextUpdate: Date, at: Date, policy: RevocationPolicy): boolean {
  return at.getTime() < nextUpdate.getTime() + 1000 + policy.graceForStale;
}

/** Whether a certificate may be used. Stale and unknown never pass: grace was applied before. */
export function mayUse(revocation: Revocation): boolean {
  return revocation.status === 'good';
}
