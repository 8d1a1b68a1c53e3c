import type { Kysely } from 'kysely';
import type { ApplicationForm } from '../signed-form/application-form.ts';
import type { Tables } from '../store/tables.ts';
import type { Offer } from './judge.ts';

type Asked = Pick<ApplicationForm, 'session' | 'category'>;

/** What is on offer of what some applications are for, by session and category. */
export class Offers {
  readonly #sessions: ReadonlyMap<string, Pick<Offer, 'session' | 'event'>>;
  readonly #categories: ReadonlyMap<string, Tables['categories']>;

  private constructor(
    sessions: ReadonlyMap<string, Pick<Offer, 'session' | 'event'>>,
    categories: ReadonlyMap<string, Tables['categories']>,
  ) {
    this.#sessions = sessions;
    this.#categories = categories;
  }

  static async read(db: Kysely<Tables>, asked: readonly Asked[]): Promise<Offers> {
    const sessions = await db
      .selectFrom('sessions')
      .innerJoin('events', 'events.id', 'sessions.event_id')
      .selectAll('sessions')
      .select([
        'events.organisation_id',
        'events.name as event_name',
        'events.texts as event_texts',
        'events.quota as event_quota',
        'events.state as event_state',
      ])
      .where('sessions.id', 'in', distinct(asked.map(({ session }) => session)))
      .execute();
    const categories = await db
      .selectFrom('categories')
      .selectAll()
      .where('id', 'in', distinct(asked.map(({ category }) => category)))
      .execute();
    return new Offers(
      new Map(
        sessions.map((row) => {
          const { organisation_id, event_name, event_texts, event_quota, event_state, ...session } = row;
          const event = {
            id: session.event_id,
            organisation_id,
            name: event_name,
            texts: event_texts,
            quota: event_quota,
            state: event_state,
          };
          return [session.id, { session, event }];
        }),
      ),
      new Map(categories.map((category) => [category.id, category])),
    );
  }

  of({ session, category }: Asked): Offer | undefined {
    const found = this.#sessions.get(session);
    const row = this.#categories.get(category);
    if (found === undefined || row?.session_id !== session) return undefined;
    return { ...found, category: row };
  }
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
