import { hasChanges } from '../bindings/list-changes.ts';
import type { JobKind } from '../jobs/job.ts';
import { askForExport } from './exports.ts';
import { ListsError } from './lists-error.ts';
import type { VersionMaker } from './make-version.ts';

const minute = 60_000;

/**
 * Keeps lists that people exported once in step with the store: what changed since is exported a minute later
 * at most, so that gates with a network hear of late tickets and of cards that open nothing any more.
 */
export function keepListsFresh(maker: VersionMaker): JobKind<object> {
  const { store, now } = maker;
  return {
    name: 'lists.keep-fresh',
    everyMs: minute,
    run: async () => {
      const groups = await store.db
        .selectFrom('entry_lists')
        .innerJoin('sessions', 'sessions.id', 'entry_lists.session_id')
        .select(['entry_lists.organisation_id as organisation', 'entry_lists.session_id as session'])
        .select('entry_lists.gate_group as gateGroup')
        .distinct()
        .where('sessions.valid_until', '>', now())
        .where('sessions.state', '!=', 'cancelled')
        .execute();
      for (const group of groups) {
        if (!(await hasChanges(store, group.session)) || (await isUnderWay(maker, group))) continue;
        try {
          await askForExport(maker, { ...group, person: null, wanted: 'newest' });
        } catch (error) {
          // Its gates were all revoked, or it is over: nobody waits for it.
          if (!(error instanceof ListsError)) throw error;
        }
      }
    },
  };
}

async function isUnderWay(
  { store: { db } }: VersionMaker,
  { session, gateGroup }: { readonly session: string; readonly gateGroup: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('list_exports')
    .select('id')
    .where('session_id', '=', session)
    .where('gate_group', '=', gateGroup)
    .where('state', 'in', ['waiting', 'running'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
