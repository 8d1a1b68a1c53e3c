import { newId } from '../store/new-id.ts';
import type { Work } from '../store/store.ts';

/** What someone did, for ever. */
export interface Act {
  /** None where it belongs to no organisation. */
  readonly organisation: string | null;
  /** None where the service did it by itself. */
  readonly person: string | null;
  /** What was done: a room's word and a verb, as `events.publish`. */
  readonly act: string;
  /** The id of what it was done to. */
  readonly subject: string;
  /** More that matters. No secret, and nothing that names a visitor: no serial, hash, name. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * Writes an act to the audit log, in the same transaction as the act itself.
 *
 * @example
 * await recordAct(tables, { organisation, person, act: 'events.publish', subject: event.id }, now());
 */
export async function recordAct(tables: Work, act: Act, now: number): Promise<void> {
  await tables
    .insertInto('audit')
    .values({
      id: newId(now),
      at: now,
      organisation_id: act.organisation,
      person_id: act.person,
      act: act.act,
      subject: act.subject,
      detail: JSON.stringify(act.detail ?? {}),
    })
    .execute();
}
