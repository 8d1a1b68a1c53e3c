import { offeredPack, type OfferedPack } from '../gate-api/messages.ts';
import type { GateActor } from '../http/actor.ts';
import type { Store } from '../store/store.ts';
import { deltasAfter, newestPack, type VersionRow } from './kept-versions.ts';

/**
 * The files that a gate may want: of each session that is not over the newest pack of its group that it can
 * open, and what changed since.
 */
export async function offeredTo(
  store: Pick<Store, 'db'>,
  gate: GateActor,
  now: number,
): Promise<OfferedPack[]> {
  const sessions = await store.db
    .selectFrom('entry_lists')
    .innerJoin('sessions', 'sessions.id', 'entry_lists.session_id')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select(['sessions.id', 'sessions.name as session', 'events.name as event'])
    .distinct()
    .where('entry_lists.organisation_id', '=', gate.organisation)
    .where('entry_lists.gate_group', '=', gate.gateGroup)
    .where('sessions.valid_until', '>', now)
    .where('sessions.state', '!=', 'cancelled')
    .where('events.state', '!=', 'erased')
    .orderBy('sessions.id')
    .execute();
  const offered: OfferedPack[] = [];
  for (const { id, ...names } of sessions) {
    const pack = await newestPack(store, id, gate.gateGroup);
    if (pack === undefined || !(await opens(store, gate, pack))) continue;
    const files = [pack, ...(await deltasAfter(store, pack))];
    offered.push(...files.map((row) => offer(row, names)));
  }
  return offered;
}

/** The file of that digest, where it was offered to this gate; notes that the gate fetched it. */
export async function fetchedBy(
  store: Store,
  gate: GateActor,
  digest: string,
  now: number,
): Promise<VersionRow | undefined> {
  const row = await store.db
    .selectFrom('entry_lists')
    .selectAll()
    .where('digest', '=', digest)
    .where('organisation_id', '=', gate.organisation)
    .where('gate_group', '=', gate.gateGroup)
    .executeTakeFirst();
  if (row === undefined || (row.kind === 'full' && !(await opens(store, gate, row)))) return undefined;
  await store.transaction((tables) =>
    tables
      .insertInto('list_recipients')
      .values({ list_id: row.id, gate_id: gate.id, fetched_at: now })
      .onConflict((conflict) =>
        conflict
          .columns(['list_id', 'gate_id'])
          .doUpdateSet({ fetched_at: now })
          .where('list_recipients.fetched_at', 'is', null),
      )
      .execute(),
  );
  return row;
}

/** Whether the event's key was wrapped to this gate in a pack. */
async function opens({ db }: Pick<Store, 'db'>, gate: GateActor, pack: VersionRow): Promise<boolean> {
  const recipient = await db
    .selectFrom('list_recipients')
    .select('gate_id')
    .where('list_id', '=', pack.id)
    .where('gate_id', '=', gate.id)
    .executeTakeFirst();
  return recipient !== undefined;
}

function offer(
  row: VersionRow,
  { event, session }: { readonly event: string; readonly session: string },
): OfferedPack {
  return offeredPack.parse({
    kind: row.kind,
    event,
    session,
    gateGroup: row.gate_group,
    version: row.version,
    ...(row.base === null ? {} : { base: row.base }),
    bytes: row.bytes,
    digest: row.digest,
    issuedAt: new Date(row.issued_at).toISOString(),
  });
}
