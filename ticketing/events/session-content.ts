import { packRules } from '../entry-list/pack-contents.ts';
import type { Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { wrongNames, type Content } from './check-session.ts';
import { EventError } from './event-error.ts';

/** What a session has to sell; of its places without numbers, each kind once. */
export async function contentOf(tables: Work, session: string): Promise<Content> {
  const categories = await tables
    .selectFrom('categories')
    .select(['id', 'name'])
    .where('session_id', '=', session)
    .execute();
  const rows = await tables
    .selectFrom('seats')
    .innerJoin('categories', 'categories.id', 'seats.category_id')
    .select(['seats.label', 'seats.zone', 'seats.doors', 'categories.name as category'])
    .distinct()
    .where('seats.session_id', '=', session)
    .execute();
  const seats = rows.map(({ label, zone, doors, category }, index) => ({
    // A label that no seat map can have: two kinds of place are not one seat twice.
    label: label ?? `\0${index}`,
    category,
    ...(zone === null ? {} : { zone }),
    ...(doors === null ? {} : { doors: JSON.parse(doors) as string[] }),
  }));
  return { categories: categories.map(({ name }) => ({ name })), seats };
}

/** Refuses names that do not fit together with the session's rules. */
export function checkNames(session: Tables['sessions'], content: Content): void {
  const rules = packRules.parse(JSON.parse(session.rules));
  const wrong = [...wrongNames(rules, content)];
  if (wrong.length === 0) return;
  throw new EventError(
    'wrong-field',
    `It does not fit the session:\n${wrong.map((each) => `  ${each}`).join('\n')}`,
  );
}

/** Refuses to sell what nobody could buy or enter by. */
export async function requireSellable(tables: Work, session: string): Promise<void> {
  const empty = await tables
    .selectFrom('categories')
    .select('name')
    .where('session_id', '=', session)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom('seats').select('seats.id').whereRef('seats.category_id', '=', 'categories.id'),
        ),
      ),
    )
    .execute();
  const any = await tables
    .selectFrom('seats')
    .select('id')
    .where('session_id', '=', session)
    .limit(1)
    .executeTakeFirst();
  if (any === undefined)
    throw new EventError('not-ready', 'The session has nothing to sell; give it categories and seats first.');
  if (empty.length > 0) {
    const names = empty.map(({ name }) => name).join(', ');
    throw new EventError('not-ready', `There are no seats in ${names}; add some, or put it in no session.`);
  }
}

export async function requireCategory(
  tables: Work,
  session: string,
  category: string,
): Promise<Tables['categories']> {
  const row = await tables
    .selectFrom('categories')
    .selectAll()
    .where('id', '=', category)
    .where('session_id', '=', session)
    .executeTakeFirst();
  if (row === undefined) throw new EventError('not-found', 'There is no such category.');
  return row;
}

/** Refuses what would pull the ground from under tickets. */
export async function requireNoTickets(
  tables: Work,
  of: 'session_id' | 'category_id',
  id: string,
): Promise<void> {
  const ticket = await tables
    .selectFrom('tickets')
    .select('id')
    .where(of, '=', id)
    .limit(1)
    .executeTakeFirst();
  if (ticket === undefined) return;
  throw new EventError(
    'has-tickets',
    'Tickets exist that rest on this. Block the seats that must not be sold, or add a category.',
  );
}
