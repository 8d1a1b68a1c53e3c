import { z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { packRules } from '../entry-list/pack-contents.ts';
import type { Tables } from '../store/tables.ts';
import { companionRules } from './event-fields.ts';

// What organisers see of what they set up. The settings stand in the form in which they are sent, so that
// what was read can be changed and sent back.

export const bothLanguages = z.strictObject({ ja: z.string(), en: z.string() });
export const sessionStates = ['draft', 'on-sale', 'closed', 'cancelled'] as const;

const sessionLine = z.strictObject({
  id: z.string(),
  name: z.string().meta({ description: 'As packs and journals name it.' }),
  title: bothLanguages,
  startsAt: z.iso.datetime(),
  state: z.enum(sessionStates),
});

export const eventLine = z
  .strictObject({
    id: z.string(),
    name: z.string().meta({ description: 'As packs, journals and its key name it.' }),
    text: bothLanguages,
    state: z.enum(['draft', 'live', 'erased']),
    createdAt: z.iso.datetime(),
  })
  .openapi('EventLine');

export const eventView = z
  .strictObject({
    ...eventLine.shape,
    settings: z.strictObject({
      text: bothLanguages,
      quota: z.int().optional(),
      eraseAfterDays: z.int(),
    }),
    sessions: z.array(sessionLine),
    revision: z.int(),
  })
  .openapi('Event');

const seatsOfCategory = z.strictObject({
  free: z.int(),
  held: z.int(),
  sold: z.int(),
  blocked: z.int(),
});

export const sessionView = z
  .strictObject({
    ...sessionLine.shape,
    event: z.string(),
    settings: z.strictObject({
      title: bothLanguages,
      venue: bothLanguages.optional(),
      notice: bothLanguages.optional(),
      startsAt: z.iso.datetime(),
      validFrom: z.iso.datetime(),
      validUntil: z.iso.datetime(),
      saleFrom: z.iso.datetime(),
      saleUntil: z.iso.datetime(),
      payWithinHours: z.int(),
      claimUntil: z.iso.datetime(),
      quota: z.int().optional(),
      companions: z.array(z.enum(companionRules)),
      rules: z.record(z.string(), z.json()).openapi({ type: 'object' }),
      receipt: z.string(),
    }),
    categories: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        text: bothLanguages,
        price: z.int(),
        seats: seatsOfCategory,
      }),
    ),
    revision: z.int(),
  })
  .openapi('Session');
export type SessionView = z.output<typeof sessionView>;

export const seatView = z
  .strictObject({
    id: z.string(),
    category: z.string(),
    label: z.string().optional().meta({ description: 'None for a place without a number.' }),
    zone: z.string().optional(),
    doors: z.array(z.string()).optional(),
    flags: z.array(z.string()).optional(),
    x: z.number().optional(),
    y: z.number().optional(),
    state: z.enum(['free', 'held', 'sold', 'blocked']),
  })
  .openapi('Seat');

type Db = Kysely<Tables>;
const hour = 3_600_000;
const iso = (time: number): string => new Date(time).toISOString();
const texts = (json: string): z.output<typeof bothLanguages> =>
  JSON.parse(json) as z.output<typeof bothLanguages>;

export function lineOfEvent(row: Tables['events']): z.output<typeof eventLine> {
  const { id, name, state, created_at } = row;
  return { id, name, text: texts(row.texts), state, createdAt: iso(created_at) };
}

/** An event of this organisation; nothing where it has no such event. */
export async function readEvent(
  db: Db,
  organisation: string,
  id: string,
): Promise<z.output<typeof eventView> | undefined> {
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const sessions = await db
    .selectFrom('sessions')
    .selectAll()
    .where('event_id', '=', id)
    .orderBy('starts_at')
    .orderBy('id')
    .execute();
  const { quota, erase_after_days: eraseAfterDays, revision } = row;
  const text = texts(row.texts);
  return {
    ...lineOfEvent(row),
    settings: { text, ...(quota === null ? {} : { quota }), eraseAfterDays },
    sessions: sessions.map(lineOfSession),
    revision,
  };
}

/** A session of this organisation, with what it sells; nothing where it has no such session. */
export async function readSession(
  db: Db,
  organisation: string,
  id: string,
): Promise<SessionView | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .selectAll('sessions')
    .where('sessions.id', '=', id)
    .where('events.organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const categories = await db
    .selectFrom('categories')
    .selectAll()
    .where('session_id', '=', id)
    .orderBy('id')
    .execute();
  const counts = await db
    .selectFrom('seats')
    .select(['category_id', 'state', ({ fn }) => fn.countAll<number>().as('count')])
    .where('session_id', '=', id)
    .groupBy(['category_id', 'state'])
    .execute();
  return {
    ...lineOfSession(row),
    event: row.event_id,
    settings: settingsOf(row),
    categories: categories.map(({ id: category, name, texts: text, price }) => {
      const seats = { free: 0, held: 0, sold: 0, blocked: 0 };
      for (const { category_id, state, count } of counts) if (category_id === category) seats[state] = count;
      return { id: category, name, text: texts(text), price, seats };
    }),
    revision: row.revision,
  };
}

export function viewOfSeat(row: Tables['seats']): z.output<typeof seatView> {
  const { id, category_id: category, label, zone, doors, flags, x, y, state } = row;
  return {
    id,
    category,
    ...(label === null ? {} : { label }),
    ...(zone === null ? {} : { zone }),
    ...(doors === null ? {} : { doors: JSON.parse(doors) as string[] }),
    ...(flags === null ? {} : { flags: JSON.parse(flags) as string[] }),
    ...(x === null ? {} : { x }),
    ...(y === null ? {} : { y }),
    state,
  };
}

function lineOfSession(row: Tables['sessions']): z.output<typeof sessionLine> {
  const { id, name, state, starts_at } = row;
  return { id, name, title: texts(row.texts), startsAt: iso(starts_at), state };
}

function settingsOf(row: Tables['sessions']): SessionView['settings'] {
  const notes = (row.notes === null ? {} : JSON.parse(row.notes)) as Pick<
    SessionView['settings'],
    'venue' | 'notice'
  >;
  // Times in the rules as they are sent: Dates become ISO 8601.
  const rules = JSON.parse(JSON.stringify(packRules.parse(JSON.parse(row.rules)))) as Record<
    string,
    z.core.util.JSONType
  >;
  return {
    title: texts(row.texts),
    ...notes,
    startsAt: iso(row.starts_at),
    validFrom: iso(row.valid_from),
    validUntil: iso(row.valid_until),
    saleFrom: iso(row.sale_from),
    saleUntil: iso(row.sale_until),
    payWithinHours: row.pay_within_ms / hour,
    claimUntil: iso(row.claim_until),
    ...(row.quota === null ? {} : { quota: row.quota }),
    companions: JSON.parse(row.companions) as SessionView['settings']['companions'],
    rules,
    receipt: row.receipt,
  };
}
