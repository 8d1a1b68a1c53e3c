import type { Store } from '../store/store.ts';
import { admittedTo } from './entry-counts.ts';

/** How far the tickets of a category are. */
export interface TicketFigures {
  readonly category: string;
  /** The valid ones. */
  readonly tickets: number;
  /** Of these, those that a card is bound to, */
  readonly bound: number;
  /** and those whose holders entered. */
  readonly entered: number;
}

/**
 * The valid tickets of a session by category. Where the representative's card opens for a party, all of its
 * tickets are bound by that card and enter with it.
 */
export async function ticketFigures(
  { db }: Pick<Store, 'db'>,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<TicketFigures[]> {
  const tickets = db
    .selectFrom('tickets')
    .leftJoin('applications', 'applications.id', 'tickets.application_id')
    .select('tickets.category_id')
    .select(({ eb, fn }) => {
      const opensForAll = eb('applications.companions', '=', 'representative-opens');
      const firstOf = (column: 'tickets.id' | 'tickets.number') =>
        fn
          .agg<string>('first_value', [column])
          .over((over) => over.partitionBy('tickets.application_id').orderBy('tickets.place'));
      const openedBy = (column: 'tickets.id' | 'tickets.number') =>
        eb.case().when(opensForAll).then(firstOf(column)).else(eb.ref(column)).end();
      return [openedBy('tickets.id').as('opener'), openedBy('tickets.number').as('number')];
    })
    .where('tickets.session_id', '=', id)
    .where('tickets.state', '=', 'valid');
  const bound = db
    .selectFrom('bindings')
    .select('bindings.ticket_id')
    .distinct()
    .where('bindings.session_id', '=', id)
    .where('bindings.state', '=', 'active');
  const entered = db
    .selectFrom('journal_entries')
    .select('journal_entries.ticket')
    .distinct()
    .where((eb) => admittedTo(eb, name))
    .where('journal_entries.direction', '=', 'in')
    .where('journal_entries.ticket', 'is not', null);
  const [isBound, hasEntered] = [
    new Set((await bound.execute()).map(({ ticket_id }) => ticket_id)),
    new Set((await entered.execute()).map(({ ticket }) => ticket)),
  ];
  const categories = await db
    .selectFrom('categories')
    .select(['id', 'name'])
    .where('session_id', '=', id)
    .orderBy('id')
    .execute();
  const counts = new Map(
    categories.map((each) => [each.id, { category: each.name, tickets: 0, bound: 0, entered: 0 }]),
  );
  // Put together here: SQLite has no index for what a query computes, and would compare each with each.
  for (const { category_id, opener, number } of await tickets.execute()) {
    const count = counts.get(category_id);
    if (count === undefined) continue;
    count.tickets += 1;
    if (isBound.has(opener)) count.bound += 1;
    if (hasEntered.has(number)) count.entered += 1;
  }
  return [...counts.values()];
}
