import { createHash } from 'node:crypto';
import type { Store } from '../store/store.ts';
import type { ApplicationForm } from '../signed-form/application-form.ts';

type Text = ApplicationForm['title'];

/** What anybody may know of what is on sale: what kiosks and pages let people choose from. */
export interface Catalogue {
  readonly events: readonly CatalogueEvent[];
}

interface CatalogueEvent {
  readonly id: string;
  readonly name: Text;
  readonly sessions: readonly CatalogueSession[];
}

interface CatalogueSession {
  readonly id: string;
  readonly title: Text;
  readonly startsAt: string;
  readonly saleFrom: string;
  readonly saleUntil: string;
  readonly companions: readonly ApplicationForm['companions'][];
  /** The most that one application can ask for. */
  readonly mostTickets: number;
  readonly categories: readonly CatalogueCategory[];
}

interface CatalogueCategory {
  readonly id: string;
  readonly text: Text;
  readonly price: number;
  /** Roughly, once there are many: it changes with every application. */
  readonly left: number;
}

const mostInOneForm = 20;
const countedExactly = 20;

/** What is on sale now or will be, the nearest first. */
export async function readCatalogue({ db }: Pick<Store, 'db'>, now: number): Promise<Catalogue> {
  const sessions = await db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .selectAll('sessions')
    .select(['events.texts as event_texts', 'events.quota as event_quota'])
    .where('sessions.state', '=', 'on-sale')
    .where('sessions.sale_until', '>', now)
    .where('events.state', '=', 'live')
    .orderBy('sessions.starts_at')
    .orderBy('sessions.id')
    .execute();
  if (sessions.length === 0) return { events: [] };
  const categories = await db
    .selectFrom('categories')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('seats')
        .select(eb.fn.countAll<number>().as('count'))
        .whereRef('seats.category_id', '=', 'categories.id')
        .where('seats.state', '=', 'free')
        .as('free'),
    )
    .where(
      'session_id',
      'in',
      sessions.map(({ id }) => id),
    )
    .orderBy('id')
    .execute();
  const events = new Map<string, { id: string; name: Text; sessions: CatalogueSession[] }>();
  for (const session of sessions) {
    const event = events.get(session.event_id) ?? {
      id: session.event_id,
      name: JSON.parse(session.event_texts) as Text,
      sessions: [],
    };
    events.set(session.event_id, event);
    event.sessions.push({
      id: session.id,
      title: JSON.parse(session.texts) as Text,
      startsAt: iso(session.starts_at),
      saleFrom: iso(session.sale_from),
      saleUntil: iso(session.sale_until),
      companions: JSON.parse(session.companions) as CatalogueSession['companions'],
      mostTickets: Math.min(
        mostInOneForm,
        session.quota ?? mostInOneForm,
        session.event_quota ?? mostInOneForm,
      ),
      categories: categories
        .filter(({ session_id }) => session_id === session.id)
        .map(({ id, texts, price, free }) => ({
          id,
          text: JSON.parse(texts) as Text,
          price,
          left: roughly(free ?? 0),
        })),
    });
  }
  return { events: [...events.values()] };
}

/** Down to tens, so that a catalogue stays the same for a while. */
function roughly(left: number): number {
  return left <= countedExactly ? left : left - (left % 10);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

const lifetime = 2_000;

/** The catalogue as it is sent, made at most every two seconds however many ask. */
export class SentCatalogue {
  readonly #store: Pick<Store, 'db'>;
  readonly #now: () => number;
  #made: { readonly until: number; readonly sent: Promise<{ body: string; etag: string }> } | undefined;

  constructor(store: Pick<Store, 'db'>, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  get(): Promise<{ body: string; etag: string }> {
    const now = this.#now();
    if (this.#made !== undefined && now < this.#made.until) return this.#made.sent;
    const sent = readCatalogue(this.#store, now).then((catalogue) => {
      const body = JSON.stringify(catalogue);
      return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
    });
    const made = { until: now + lifetime, sent };
    this.#made = made;
    // What failed once is tried again.
    sent.catch(() => {
      if (this.#made === made) this.#made = undefined;
    });
    return sent;
  }
}
