import { z } from '@hono/zod-openapi';
import type { Store } from '../store/store.ts';
import type { ImportRow } from './import-orders.ts';
import { OrdersError } from './orders-error.ts';

/** What organisers see of an import. */
export const importView = z
  .strictObject({
    id: z.string(),
    event: z.string(),
    guide: z.string(),
    wanted: z.enum(['all', 'good']),
    state: z.enum(['waiting', 'checking', 'writing', 'done', 'refused', 'failed']),
    done: z.int().meta({ description: 'Lines so far,' }),
    total: z.int().meta({ description: 'of so many.' }),
    taken: z.int(),
    wrong: z.int(),
    report: z
      .array(z.strictObject({ line: z.int(), why: z.string() }))
      .meta({ description: 'The first thousand wrong lines, and why each is.' }),
    askedBy: z.string().nullable().meta({ description: 'None where it was the command line.' }),
    askedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
  })
  .openapi('OrderImport');
export type ImportView = z.output<typeof importView>;

/** One import of an organisation’s. */
export async function findImport(
  { db }: Pick<Store, 'db'>,
  organisation: string,
  id: string,
): Promise<ImportView> {
  const row = await imports(db, organisation).where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new OrdersError('no-such-import', 'There is no such import.');
  return viewOf(row);
}

/** The imports of an event, the newest first. */
export async function listImports(
  { db }: Pick<Store, 'db'>,
  organisation: string,
  { event, after, limit }: { event: string; after?: string | undefined; limit: number },
): Promise<ImportView[]> {
  const known = await db
    .selectFrom('events')
    .select('id')
    .where('id', '=', event)
    .where('organisation_id', '=', organisation)
    .executeTakeFirst();
  if (known === undefined) throw new OrdersError('no-such-event', 'There is no such event.');
  let query = imports(db, organisation).where('event_id', '=', event);
  if (after !== undefined) query = query.where('id', '<', after);
  const rows = await query.orderBy('id', 'desc').limit(limit).execute();
  return rows.map(viewOf);
}

function imports(db: Store['db'], organisation: string) {
  return db
    .selectFrom('order_imports')
    .select([
      'id',
      'event_id',
      'guide',
      'wanted',
      'state',
      'done',
      'total',
      'taken',
      'wrong',
      'report',
      'asked_by',
      'asked_at',
      'ended_at',
    ])
    .where('organisation_id', '=', organisation);
}

function viewOf(row: Omit<ImportRow, 'file' | 'organisation_id'>): ImportView {
  const { id, event_id: event, guide, wanted, state, done, total, taken, wrong } = row;
  return {
    id,
    event,
    guide,
    wanted,
    state,
    done,
    total,
    taken,
    wrong,
    report: JSON.parse(row.report) as ImportView['report'],
    askedBy: row.asked_by,
    askedAt: new Date(row.asked_at).toISOString(),
    ...(row.ended_at === null ? {} : { endedAt: new Date(row.ended_at).toISOString() }),
  };
}
