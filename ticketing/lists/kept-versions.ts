import type { Selectable } from 'kysely';
import { createHash } from 'node:crypto';
import { forgetChanges } from '../bindings/list-changes.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { ListsError } from './lists-error.ts';
import type { PackFacts } from './pack-facts.ts';
import type { SessionToList } from './session-to-list.ts';
import type { WrittenVersion } from './write-version.ts';

export type VersionRow = Selectable<Tables['entry_lists']>;

const chunkBytes = 1024 * 1024;
const day = 86_400_000;

/** A version that was written, and is to be kept. */
export interface VersionToKeep {
  readonly session: SessionToList;
  readonly facts: PackFacts;
  readonly version: number;
  /** The newest of its group when it was begun: a delta leads on from it, a pack takes its place. */
  readonly before: VersionRow | undefined;
  readonly kind: VersionRow['kind'];
  readonly issuedAt: Date;
  readonly madeBy: string | null;
  readonly written: WrittenVersion;
}

/**
 * Keeps a version: first its file piece by piece, then, in one step with all that `alongside` does, that it
 * is there. Until that step nobody sees any of it. Answers its id.
 */
export async function keepVersion(
  store: Store,
  kept: VersionToKeep,
  now: number,
  alongside: (tables: Work, list: string) => Promise<void>,
): Promise<string> {
  const { session, facts, version, before, written } = kept;
  const id = newId(now);
  await keepChunks(store, id, written.file);
  await store.transaction(async (tables) => {
    const turn = tables.selectFrom('list_cuts').select('cut').where('session_id', '=', session.id);
    await (store.kind === 'postgres' ? turn.forUpdate() : turn).execute();
    const newest = await newestVersion(tables, session.id, facts.gateGroup);
    if (newest?.id !== before?.id) {
      throw new ListsError('overtaken', 'Another version of this group’s list came in between.');
    }
    await tables
      .insertInto('entry_lists')
      .values({
        id,
        organisation_id: session.organisation,
        event_id: session.eventId,
        session_id: session.id,
        gate_group: facts.gateGroup,
        version,
        kind: kept.kind,
        base: kept.kind === 'delta' ? (before?.version ?? null) : null,
        digest: createHash('sha256').update(written.file).digest('hex'),
        manifest_digest: Buffer.from(written.manifestDigest),
        bytes: written.file.length,
        entries: written.entries,
        contents_digest: facts.digest,
        issued_at: kept.issuedAt.getTime(),
        made_by: kept.madeBy,
      })
      .execute();
    if (kept.kind === 'full') {
      const rows = facts.gates.map((gate) => ({ list_id: id, gate_id: gate }));
      await tables.insertInto('list_recipients').values(rows).execute();
    }
    await forgetChanges(tables, session.id, await givenToAll(tables, session.id));
    await alongside(tables, id);
  });
  return id;
}

/** The newest version of a session's list for a gate group, whole or a delta. */
export function newestVersion(
  tables: Pick<Work, 'selectFrom'>,
  session: string,
  gateGroup: string,
): Promise<VersionRow | undefined> {
  return tables
    .selectFrom('entry_lists')
    .selectAll()
    .where('session_id', '=', session)
    .where('gate_group', '=', gateGroup)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The newest whole pack of a group; gates that come anew begin with it. */
export function newestPack(
  { db }: Pick<Store, 'db'>,
  session: string,
  gateGroup: string,
): Promise<VersionRow | undefined> {
  return db
    .selectFrom('entry_lists')
    .selectAll()
    .where('session_id', '=', session)
    .where('gate_group', '=', gateGroup)
    .where('kind', '=', 'full')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The deltas of a group that lead on from a pack, in their order. */
export function deltasAfter({ db }: Pick<Store, 'db'>, pack: VersionRow): Promise<VersionRow[]> {
  return db
    .selectFrom('entry_lists')
    .selectAll()
    .where('session_id', '=', pack.session_id)
    .where('gate_group', '=', pack.gate_group)
    .where('kind', '=', 'delta')
    .where('version', '>', pack.version)
    .orderBy('version')
    .execute();
}

/** A version's file, piece by piece. */
export async function* fileOf({ db }: Pick<Store, 'db'>, list: string): AsyncGenerator<Uint8Array> {
  for (let number = 0; ; number += 1) {
    const chunk = await db
      .selectFrom('list_chunks')
      .select('bytes')
      .where('list_id', '=', list)
      .where('number', '=', number)
      .executeTakeFirst();
    if (chunk === undefined) return;
    yield chunk.bytes;
  }
}

/** Sweeps away pieces of files that were never kept whole. */
export async function sweepChunks(store: Store, now: number): Promise<void> {
  const { length } = newId(now);
  // Ids begin with their time: none that may still be written is among these.
  const oldest = newId(now - day)
    .slice(0, 10)
    .padEnd(length, '0');
  await store.transaction((tables) =>
    tables
      .deleteFrom('list_chunks')
      .where('list_id', '<', oldest)
      .where('list_id', 'not in', (eb) => eb.selectFrom('entry_lists').select('id'))
      .execute(),
  );
}

async function keepChunks(store: Store, list: string, file: Uint8Array): Promise<void> {
  for (let number = 0; number * chunkBytes < file.length; number += 1) {
    const bytes = Buffer.from(file.subarray(number * chunkBytes, (number + 1) * chunkBytes));
    await store.transaction((tables) =>
      tables.insertInto('list_chunks').values({ list_id: list, number, bytes }).execute(),
    );
  }
}

/** Up to which cut every gate group that has a list was given all changes. */
async function givenToAll(tables: Work, session: string): Promise<number> {
  const groups = await tables
    .selectFrom('entry_lists')
    .select(({ fn }) => fn.max<number>('version').as('version'))
    .where('session_id', '=', session)
    .groupBy('gate_group')
    .execute();
  return Math.min(...groups.map(({ version }) => version));
}
