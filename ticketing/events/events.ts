import { recordAct } from '../audit/record-act.ts';
import type { ServiceKeys } from '../keys/service-keys.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { checkSession } from './check-session.ts';
import { EventError } from './event-error.ts';
import type {
  CategoryFields,
  EventFields,
  EventSettings,
  PlacesFields,
  SeatFields,
  SessionFields,
  SessionSettings,
} from './event-fields.ts';
import { lockEvents } from './lock-events.ts';
import {
  checkNames,
  contentOf,
  requireCategory,
  requireNoTickets,
  requireSellable,
} from './session-content.ts';
import { mayBecome, type SessionState } from './session-state.ts';
import {
  describedSeats,
  sessionRow,
  writeCategories,
  writePlaces,
  writeSeats,
  writeSession,
} from './write-session.ts';

/** Who asks, and for which organisation. */
export interface Asker {
  readonly organisation: string;
  /** None for the command line. */
  readonly person: string | null;
}

/** A session, and the revision of it that the asker has seen. */
export interface SeenSession {
  readonly session: string;
  readonly revision: number;
}

export interface EventsOptions {
  readonly store: Store;
  readonly keys: Pick<ServiceKeys, 'makeEventKey'>;
  readonly now?: () => number;
}

/**
 * What organisers set up. Everything is refused whole, with each field that is wrong; what another organisation
 * has is as if it were not there.
 *
 * @example
 * const events = new Events({ store, keys });
 * const { event } = await events.make(asker, readFields(eventFields, json, 'event'));
 */
export class Events {
  readonly #store: Store;
  readonly #keys: EventsOptions['keys'];
  readonly #now: () => number;

  constructor({ store, keys, now = Date.now }: EventsOptions) {
    this.#store = store;
    this.#keys = keys;
    this.#now = now;
  }

  /** Makes an event, with its sessions and seats where it names any, and its key in the HSM. */
  async make(asker: Asker, fields: EventFields): Promise<{ event: string; sessions: readonly string[] }> {
    // Refused before a key is made for it, and before anybody waits for its rows.
    for (const session of fields.sessions) {
      const { categories } = session;
      checkSession(session, { categories, seats: describedSeats(session) });
    }
    await this.#requireFree(fields.name);
    await this.#keys.makeEventKey(fields.name);
    return this.#store.transaction(async (tables) => {
      const now = this.#now();
      const id = newId(now);
      const { numInsertedOrUpdatedRows } = await tables
        .insertInto('events')
        .values({
          id,
          organisation_id: asker.organisation,
          name: fields.name,
          texts: JSON.stringify(fields.text),
          quota: fields.quota ?? null,
          erase_after_days: fields.eraseAfterDays,
          state: 'draft',
          created_at: now,
          revision: 1,
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 0n) throw nameTaken(fields.name);
      const sessions = [];
      for (const session of fields.sessions) sessions.push(await this.#write(tables, id, session, now));
      await recordAct(tables, { ...asker, act: 'events.make', subject: id }, now);
      return { event: id, sessions };
    });
  }

  /** Changes what an event is called, its quota, and when it is erased. */
  async change(
    asker: Asker,
    { event, revision }: { event: string; revision: number },
    fields: EventSettings,
  ): Promise<void> {
    await this.#store.transaction(async (tables) => {
      await lockEvents(this.#store, tables, [event]);
      await this.#requireEvent(tables, asker, event);
      const { numUpdatedRows } = await tables
        .updateTable('events')
        .set({
          texts: JSON.stringify(fields.text),
          quota: fields.quota ?? null,
          erase_after_days: fields.eraseAfterDays,
          revision: revision + 1,
        })
        .where('id', '=', event)
        .where('revision', '=', revision)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) throw changedMeanwhile();
      await recordAct(tables, { ...asker, act: 'events.change', subject: event }, this.#now());
    });
  }

  async addSession(asker: Asker, event: string, fields: SessionFields): Promise<string> {
    return this.#store.transaction(async (tables) => {
      await lockEvents(this.#store, tables, [event]);
      await this.#requireEvent(tables, asker, event);
      const id = await this.#write(tables, event, fields, this.#now());
      await recordAct(tables, { ...asker, act: 'sessions.add', subject: id }, this.#now());
      return id;
    });
  }

  /** Changes a session; its name, and what it sells, have ways of their own. */
  async changeSession(asker: Asker, seen: SeenSession, settings: SessionSettings): Promise<void> {
    await this.#changing(asker, seen, 'sessions.change', async (tables, session) => {
      checkSession(settings, await contentOf(tables, session.id));
      await tables.updateTable('sessions').set(sessionRow(settings)).where('id', '=', session.id).execute();
    });
  }

  /** Puts a session on sale, closes it, opens it again, or cancels it. */
  async setState(asker: Asker, seen: SeenSession, state: SessionState): Promise<void> {
    await this.#changing(asker, seen, `sessions.${state}`, async (tables, session) => {
      if (!mayBecome(session.state, state))
        throw new EventError('wrong-state', `A session that is ${session.state} cannot become ${state}.`);
      if (state === 'on-sale') await requireSellable(tables, session.id);
      await tables.updateTable('sessions').set({ state }).where('id', '=', session.id).execute();
      if (state === 'on-sale')
        await tables
          .updateTable('events')
          .set({ state: 'live' })
          .where('id', '=', session.event_id)
          .where('state', '=', 'draft')
          .execute();
    });
  }

  async addCategory(asker: Asker, seen: SeenSession, category: CategoryFields): Promise<string> {
    return this.#changing(asker, seen, 'categories.add', async (tables, session) => {
      const now = this.#now();
      const content = await contentOf(tables, session.id);
      checkNames(session, { ...content, categories: [...content.categories, category] });
      const [id = ''] = (await writeCategories(tables, session.id, [category], now)).values();
      if (category.places !== undefined)
        await writePlaces(this.#store, tables, session.id, id, category.places, now);
      return id;
    });
  }

  /** Changes what a category is called and costs. Nobody who has signed for a price pays another. */
  async changeCategory(
    asker: Asker,
    seen: SeenSession,
    category: string,
    fields: Pick<CategoryFields, 'text' | 'price'>,
  ): Promise<void> {
    await this.#changing(asker, seen, 'categories.change', async (tables, session) => {
      const row = await requireCategory(tables, session.id, category);
      if (row.price !== fields.price) await requireNoTickets(tables, 'category_id', category);
      await tables
        .updateTable('categories')
        .set({ texts: JSON.stringify(fields.text), price: fields.price })
        .where('id', '=', category)
        .execute();
    });
  }

  /** More places without numbers. */
  async addPlaces(asker: Asker, seen: SeenSession, category: string, places: PlacesFields): Promise<void> {
    await this.#changing(asker, seen, 'places.add', async (tables, session) => {
      const { name } = await requireCategory(tables, session.id, category);
      const content = await contentOf(tables, session.id);
      const others = content.categories.filter((each) => each.name !== name);
      checkNames(session, { ...content, categories: [...others, { name, places }] });
      await writePlaces(this.#store, tables, session.id, category, places, this.#now());
    });
  }

  /** Puts a seat map in place of the one that is there; not once tickets exist. All of it or nothing. */
  async putSeats(asker: Asker, seen: SeenSession, seats: readonly SeatFields[]): Promise<void> {
    await this.#changing(asker, seen, 'seats.put', async (tables, session) => {
      await requireNoTickets(tables, 'session_id', session.id);
      const { categories } = await contentOf(tables, session.id);
      checkNames(session, { categories, seats });
      await tables
        .deleteFrom('seats')
        .where('session_id', '=', session.id)
        .where('label', 'is not', null)
        .execute();
      const rows = await tables
        .selectFrom('categories')
        .select(['id', 'name'])
        .where('session_id', '=', session.id)
        .execute();
      const ids = new Map(rows.map(({ id, name }) => [name, id]));
      await writeSeats(this.#store, tables, session.id, ids, seats, this.#now());
    });
  }

  /** Takes free seats out of the sale, or puts them back; answers how many. */
  async setBlocked(
    asker: Asker,
    seen: SeenSession,
    seats: readonly string[],
    blocked: boolean,
  ): Promise<number> {
    return this.#changing(asker, seen, blocked ? 'seats.block' : 'seats.release', async (tables, session) => {
      const { numUpdatedRows } = await tables
        .updateTable('seats')
        .set({ state: blocked ? 'blocked' : 'free' })
        .where('session_id', '=', session.id)
        .where('id', 'in', [...seats])
        .where('state', '=', blocked ? 'free' : 'blocked')
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    });
  }

  /** One change of a session, of which nothing is lost and nothing is written over. */
  async #changing<Result>(
    asker: Asker,
    { session: id, revision }: SeenSession,
    act: string,
    change: (tables: Work, session: Tables['sessions']) => Promise<Result>,
  ): Promise<Result> {
    return this.#store.transaction(async (tables) => {
      const place = await tables
        .selectFrom('sessions')
        .innerJoin('events', 'events.id', 'sessions.event_id')
        .select('events.id')
        .where('sessions.id', '=', id)
        .where('events.organisation_id', '=', asker.organisation)
        .executeTakeFirst();
      if (place === undefined) throw notFound('session');
      await lockEvents(this.#store, tables, [place.id]);
      const session = await tables
        .selectFrom('sessions')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      if (session.revision !== revision) throw changedMeanwhile();
      if (session.state === 'cancelled')
        throw new EventError('wrong-state', 'A session that is cancelled changes no more.');
      const result = await change(tables, session);
      await tables
        .updateTable('sessions')
        .set({ revision: revision + 1 })
        .where('id', '=', id)
        .execute();
      await recordAct(tables, { ...asker, act, subject: id }, this.#now());
      return result;
    });
  }

  async #write(tables: Work, event: string, fields: SessionFields, now: number): Promise<string> {
    const same = await tables
      .selectFrom('sessions')
      .select('id')
      .where('event_id', '=', event)
      .where('name', '=', fields.name)
      .executeTakeFirst();
    if (same !== undefined) throw nameTaken(fields.name);
    return writeSession(this.#store, tables, event, fields, now);
  }

  async #requireEvent(tables: Work, { organisation }: Asker, event: string): Promise<void> {
    const row = await tables
      .selectFrom('events')
      .select('state')
      .where('id', '=', event)
      .where('organisation_id', '=', organisation)
      .executeTakeFirst();
    if (row === undefined) throw notFound('event');
    if (row.state === 'erased') throw new EventError('wrong-state', 'This event was erased.');
  }

  async #requireFree(name: string): Promise<void> {
    const same = await this.#store.db
      .selectFrom('events')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirst();
    if (same !== undefined) throw nameTaken(name);
  }
}

function nameTaken(name: string): EventError {
  return new EventError('name-taken', `There is a ${name} already; names are given once.`);
}

function notFound(what: string): EventError {
  return new EventError('not-found', `There is no such ${what}.`);
}

function changedMeanwhile(): EventError {
  return new EventError('changed-meanwhile', 'It was changed meanwhile; read it again, then decide anew.');
}
