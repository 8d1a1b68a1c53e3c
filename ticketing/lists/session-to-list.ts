import { packContents, packRules, type PackContents } from '../entry-list/pack-contents.ts';
import type { Store } from '../store/store.ts';
import { ListsError } from './lists-error.ts';

/** A session as its lists and packs speak of it. */
export interface SessionToList {
  readonly id: string;
  readonly organisation: string;
  readonly eventId: string;
  /** As packs, journals and the event key name it. */
  readonly event: string;
  readonly name: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** What a pack says of it, beside its list. */
  readonly said: Pick<PackContents, 'texts' | 'startsAt' | 'rules' | 'receipt'>;
  /** Whether any gate would still take a list of it. */
  readonly isOver: (now: number) => boolean;
}

/** A session of an organisation, or of any where none is named. */
export async function sessionToList(
  { db }: Pick<Store, 'db'>,
  id: string,
  organisation?: string,
): Promise<SessionToList> {
  const query = db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .selectAll('sessions')
    .select(['events.organisation_id', 'events.name as event', 'events.texts as event_texts'])
    .select('events.state as event_state')
    .where('sessions.id', '=', id);
  const row = await (
    organisation === undefined ? query : query.where('events.organisation_id', '=', organisation)
  ).executeTakeFirst();
  if (row === undefined) throw new ListsError('no-such-session', 'There is no such session.');
  const texts = {
    event: JSON.parse(row.event_texts) as unknown,
    session: JSON.parse(row.texts) as unknown,
    ...(row.notes === null ? {} : (JSON.parse(row.notes) as object)),
  };
  return {
    id: row.id,
    organisation: row.organisation_id,
    eventId: row.event_id,
    event: row.event,
    name: row.name,
    validFrom: new Date(row.valid_from),
    validUntil: new Date(row.valid_until),
    said: {
      texts: packContents.shape.texts.parse(texts),
      startsAt: new Date(row.starts_at),
      rules: packRules.parse(JSON.parse(row.rules)),
      receipt: row.receipt,
    },
    isOver: (now) => row.event_state === 'erased' || row.state === 'cancelled' || row.valid_until <= now,
  };
}
