import { z } from '@hono/zod-openapi';
import type { Store } from '../store/store.ts';
import type { ExportRow } from './exports.ts';
import type { VersionRow } from './kept-versions.ts';
import { ListsError } from './lists-error.ts';

// What organisers see of exports and versions.

export const exportView = z
  .strictObject({
    id: z.string(),
    session: z.string(),
    gateGroup: z.string(),
    wanted: z.enum(['newest', 'full', 'delta']),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    done: z.int().meta({ description: 'Tickets read so far,' }),
    total: z.int().meta({ description: 'of so many.' }),
    list: z
      .string()
      .optional()
      .meta({ description: 'The version that came of it, or was still the newest.' }),
    error: z.string().optional().meta({ description: 'A code and a sentence: why it failed, or waits.' }),
    askedBy: z.string().nullable().meta({ description: 'None where the service did it by itself.' }),
    askedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
  })
  .openapi('ListExport');

export const versionView = z
  .strictObject({
    id: z.string(),
    session: z.string(),
    gateGroup: z.string(),
    version: z.int(),
    kind: z.enum(['full', 'delta']),
    base: z.int().optional().meta({ description: 'The version that a delta changes.' }),
    digest: z.string().meta({ description: 'SHA-256 of the file; kazasu-gate pack inspect shows the same.' }),
    bytes: z.int(),
    entries: z.int().meta({ description: 'How many it puts in force, or changes.' }),
    issuedAt: z.iso.datetime(),
    madeBy: z.string().nullable(),
    gates: z.array(
      z.strictObject({
        gate: z.string(),
        fetchedAt: z.iso.datetime().optional().meta({ description: 'When it first took it over HTTP.' }),
      }),
    ),
  })
  .openapi('EntryListVersion');

type Db = Pick<Store, 'db'>;
type ExportView = z.output<typeof exportView>;
type VersionView = z.output<typeof versionView>;

export interface PageOfSession {
  readonly session: string;
  /** The id of the last one seen. */
  readonly after?: string | undefined;
  readonly limit: number;
}

const iso = (time: number): string => new Date(time).toISOString();

export async function findExport({ db }: Db, organisation: string, id: string): Promise<ExportView> {
  const row = await db
    .selectFrom('list_exports')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw new ListsError('no-such-export', 'There is no such export.');
  return viewOfExport(row);
}

/** A session's exports, the newest first. */
export async function listExports(
  store: Db,
  organisation: string,
  { session, after, limit }: PageOfSession,
): Promise<ExportView[]> {
  await requireSession(store, organisation, session);
  const query = store.db.selectFrom('list_exports').selectAll().where('session_id', '=', session);
  const rows = await (after === undefined ? query : query.where('id', '<', after))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(viewOfExport);
}

/** One version, with what sending its file needs. */
export async function findVersion({ db }: Db, organisation: string, id: string): Promise<VersionRow> {
  const row = await db
    .selectFrom('entry_lists')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw new ListsError('no-such-list', 'There is no such version of a list.');
  return row;
}

/** A session's versions, the newest first, with the gates that can open or have fetched them. */
export async function listVersions(
  store: Db,
  organisation: string,
  { session, after, limit }: PageOfSession,
): Promise<VersionView[]> {
  await requireSession(store, organisation, session);
  const query = store.db.selectFrom('entry_lists').selectAll().where('session_id', '=', session);
  const rows = await (after === undefined ? query : query.where('id', '<', after))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  if (rows.length === 0) return [];
  const gates = await store.db
    .selectFrom('list_recipients')
    .innerJoin('gates', 'gates.id', 'list_recipients.gate_id')
    .select(['list_recipients.list_id as list', 'gates.name as gate', 'list_recipients.fetched_at as at'])
    .where(
      'list_recipients.list_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('gates.name')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    session: row.session_id,
    gateGroup: row.gate_group,
    version: row.version,
    kind: row.kind,
    ...(row.base === null ? {} : { base: row.base }),
    digest: row.digest,
    bytes: row.bytes,
    entries: row.entries,
    issuedAt: iso(row.issued_at),
    madeBy: row.made_by,
    gates: gates
      .filter(({ list }) => list === row.id)
      .map(({ gate, at }) => ({ gate, ...(at === null ? {} : { fetchedAt: iso(at) }) })),
  }));
}

async function requireSession({ db }: Db, organisation: string, id: string): Promise<void> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select('sessions.id')
    .where('sessions.id', '=', id)
    .where('events.organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw new ListsError('no-such-session', 'There is no such session.');
}

function viewOfExport(row: ExportRow): ExportView {
  return {
    id: row.id,
    session: row.session_id,
    gateGroup: row.gate_group,
    wanted: row.wanted,
    state: row.state,
    done: row.done,
    total: row.total,
    ...(row.list_id === null ? {} : { list: row.list_id }),
    ...(row.error === null ? {} : { error: row.error }),
    askedBy: row.asked_by,
    askedAt: iso(row.asked_at),
    ...(row.ended_at === null ? {} : { endedAt: iso(row.ended_at) }),
  };
}
