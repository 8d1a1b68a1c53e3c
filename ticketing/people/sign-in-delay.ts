import { createHash } from 'node:crypto';
import type { Store, Work } from '../store/store.ts';
import { PeopleError } from './people-error.ts';

/** How long failures make one wait. */
interface Patience {
  /** So many failures cost nothing. */
  readonly free: number;
  readonly longestMs: number;
}

/** Of one name from one place: up to a quarter of an hour. */
const here: Patience = { free: 5, longestMs: 15 * 60_000 };
/**
 * Of one name from everywhere: whoever guesses from many places gets one try in half a minute, and whoever
 * wants to keep the owner of the name out can do no more than have them wait as long. A passkey is not
 * delayed at all.
 */
const everywhere: Patience = { free: 30, longestMs: 30_000 };
/** After so long without a failure they are forgotten. */
const forgottenAfter = 24 * 3600_000;

/** How long to wait after so many failures: doubled with each. */
export function delayAfter(failures: number, { free, longestMs }: Patience): number {
  return failures < free ? 0 : Math.min(1000 * 2 ** Math.min(failures - free, 30), longestMs);
}

/**
 * Counts a try as failed before the password is looked at, so that many at once gain nothing; throws
 * `sign-in-delayed` where it must wait. Names that nobody has are counted alike.
 */
export async function beginTry(store: Store, signIn: string, from: string, now: number): Promise<void> {
  const wait = await store.transaction(async (tables) => {
    const counts = [
      { subject: subjectOf(signIn, from), patience: here },
      { subject: subjectOf(signIn), patience: everywhere },
    ];
    let longest = 0;
    for (const { subject, patience } of counts) {
      const row = await rowOf(store, tables, subject);
      const failures = row === undefined || row.last_at < now - forgottenAfter ? 0 : row.failures;
      longest = Math.max(longest, (row?.last_at ?? 0) + delayAfter(failures, patience) - now);
    }
    if (longest > 0) return longest;
    for (const { subject } of counts) await count(tables, subject, now);
    return 0;
  });
  if (wait <= 0) return;
  throw new PeopleError(
    'sign-in-delayed',
    `Too many tries; the next counts in ${Math.ceil(wait / 1000)} s. A passkey works at once.`,
  );
}

/** The try was right: what was counted from that place is forgotten. */
export async function endTry(tables: Work, signIn: string, from: string): Promise<void> {
  await tables.deleteFrom('sign_in_failures').where('subject', '=', subjectOf(signIn, from)).execute();
  await tables
    .updateTable('sign_in_failures')
    .set((eb) => ({ failures: eb('failures', '-', 1) }))
    .where('subject', '=', subjectOf(signIn))
    .where('failures', '>', 0)
    .execute();
}

async function rowOf(
  store: Store,
  tables: Work,
  subject: Buffer,
): Promise<{ failures: number; last_at: number } | undefined> {
  const query = tables
    .selectFrom('sign_in_failures')
    .select(['failures', 'last_at'])
    .where('subject', '=', subject);
  return (store.kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
}

async function count(tables: Work, subject: Buffer, now: number): Promise<void> {
  await tables
    .insertInto('sign_in_failures')
    .values({ subject, failures: 1, last_at: now })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet((eb) => ({
        failures: eb
          .case()
          .when(eb(eb.ref('sign_in_failures.last_at'), '<', now - forgottenAfter))
          .then(1)
          .else(eb(eb.ref('sign_in_failures.failures'), '+', 1))
          .end(),
        last_at: now,
      })),
    )
    .execute();
}

function subjectOf(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
