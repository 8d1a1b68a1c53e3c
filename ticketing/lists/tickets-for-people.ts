import { readTickets } from '../bindings/tickets-to-list.ts';
import type { ExportedTicket } from '../export/exported-ticket.ts';
import type { Store } from '../store/store.ts';

const page = 1000;

/** A session's valid tickets as people may see them, and when each was first bound: never a hash. */
export async function* ticketsForPeople(store: Store, session: string): AsyncGenerator<ExportedTicket> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const tickets = await readTickets(store, { session, after, limit: page });
    const boundAt = await boundSince(
      store,
      tickets.map(({ id }) => id),
    );
    for (const { id, number, category, label, zone } of tickets) {
      const at = boundAt.get(id);
      yield {
        ticket: number,
        category,
        ...(label === null ? {} : { seat: label }),
        ...(zone === null ? {} : { zone }),
        ...(at === undefined ? {} : { boundAt: new Date(at) }),
      };
    }
    after = tickets.length === page ? tickets.at(-1)?.id : undefined;
  }
}

/** When the first of the cards that open a ticket now was bound to it. */
async function boundSince({ db }: Store, tickets: readonly string[]): Promise<Map<string, number>> {
  if (tickets.length === 0) return new Map();
  const rows = await db
    .selectFrom('bindings')
    .select(['ticket_id', ({ fn }) => fn.min<number>('bound_at').as('at')])
    .where('ticket_id', 'in', tickets)
    .where('state', '=', 'active')
    .groupBy('ticket_id')
    .execute();
  return new Map(rows.map(({ ticket_id, at }) => [ticket_id, at]));
}
