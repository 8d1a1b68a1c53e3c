import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import { digestOf, newSecret } from './secret.ts';

/** Nobody has touched it for so long: it is over, */
const idleMs = 2 * 3600_000;
/** and after so long it is over in any case. */
const longestMs = 12 * 3600_000;
/** When it was last seen is written no more often than this. */
const seenEveryMs = 60_000;

/** A session as the cookie names it. */
export interface PersonSession {
  readonly id: string;
  readonly person: string;
}

/**
 * Begins a session with a secret of its own, whatever the browser brought: a cookie that someone planted
 * there is worth nothing after signing in, and the session that it may have named is over.
 */
export async function beginSession(
  tables: Work,
  {
    person,
    how,
    before,
  }: { person: string; how: 'password' | 'passkey' | 'invitation'; before?: string | undefined },
  now: number,
): Promise<string> {
  if (before !== undefined) await endSession(tables, before);
  await tables
    .deleteFrom('person_sessions')
    .where((eb) => eb.or([eb('began_at', '<', now - longestMs), eb('seen_at', '<', now - idleMs)]))
    .execute();
  const secret = newSecret();
  await tables
    .insertInto('person_sessions')
    .values({
      id: newId(now),
      secret: digestOf(secret),
      person_id: person,
      how,
      began_at: now,
      seen_at: now,
    })
    .execute();
  return secret;
}

/** The session of that secret, where it is not over. */
export async function findSession(
  store: Store,
  secret: string,
  now: number,
): Promise<PersonSession | undefined> {
  const row = await store.db
    .selectFrom('person_sessions')
    .select(['id', 'person_id', 'began_at', 'seen_at'])
    .where('secret', '=', digestOf(secret))
    .executeTakeFirst();
  if (row === undefined || row.began_at + longestMs <= now || row.seen_at + idleMs <= now) return undefined;
  if (row.seen_at + seenEveryMs <= now) {
    await store.transaction((tables) =>
      tables.updateTable('person_sessions').set({ seen_at: now }).where('id', '=', row.id).execute(),
    );
  }
  return { id: row.id, person: row.person_id };
}

export async function endSession(tables: Work, secret: string): Promise<void> {
  await tables.deleteFrom('person_sessions').where('secret', '=', digestOf(secret)).execute();
}

/** Ends all sessions of a person, or all but one. */
export async function endSessions(tables: Work, person: string, butNot?: string): Promise<void> {
  let query = tables.deleteFrom('person_sessions').where('person_id', '=', person);
  if (butNot !== undefined) query = query.where('id', '!=', butNot);
  await query.execute();
}
