import { randomBytes } from 'node:crypto';
import type { Columns } from '../store/many-rows.ts';
import type { Tables } from '../store/tables.ts';
import { newSlipNumber } from './slip-number.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Japan has one time, and no summer's. */
const japan = 9 * hour;

export const slipColumns: Columns<Tables['slips']> = {
  number: 'text',
  application_id: 'text',
  token: 'text',
  amount: 'number',
  due_at: 'number',
};

/** A slip for what an application costs. Its page is found by 128 random bits, and by nothing else. */
export function newSlip(application: string, amount: number, dueAt: number): Tables['slips'] {
  const token = randomBytes(16).toString('base64url');
  return { number: newSlipNumber(), application_id: application, token, amount, due_at: dueAt };
}

/** The path of a slip's page. */
export function slipPath({ token }: Pick<Tables['slips'], 'token'>): string {
  return `/slips/${token}`;
}

/**
 * Until when a slip can be paid: the end of a day, since a slip names a day; the last whole one before the
 * session starts where the time to pay would go beyond it.
 */
export function slipDueAt(now: number, payWithin: number, startsAt: number): number {
  const wished = endOfDay(now + payWithin);
  if (wished <= startsAt) return wished;
  const eve = endOfDay(startsAt) - day;
  // On the day itself there is no end of a day left.
  return eve > now ? eve : Math.max(startsAt, now + Math.min(payWithin, hour));
}

/** The last millisecond of the day in Japan. */
function endOfDay(time: number): number {
  return Math.floor((time + japan) / day) * day + day - japan - 1;
}
