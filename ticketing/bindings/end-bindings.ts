import type { BindingRow } from '../store/tables/tickets.ts';
import type { Work } from '../store/store.ts';
import { markChanged } from './list-changes.ts';

/** Which bindings end, how and why. */
export interface BindingsToEnd {
  readonly which:
    | { readonly binding: string }
    | { readonly tickets: readonly string[] }
    /** Wherever in the event a card opens something. */
    | { readonly event: string; readonly serialHash: Buffer };
  /** `revoked` has gates refuse the card with its own word; otherwise it is simply not on the list. */
  readonly state: 'ended' | 'revoked';
  readonly why: NonNullable<BindingRow['ended_why']>;
  readonly now: number;
}

/** Ends bindings that are active or held back, and has gates hear of it; answers the tickets that lost a card. */
export async function endBindings(
  tables: Work,
  { which, state, why, now }: BindingsToEnd,
): Promise<readonly string[]> {
  let ending = tables
    .updateTable('bindings')
    .set({ state, ended_why: why, ended_at: now })
    .where('state', 'in', ['active', 'suspended']);
  if ('binding' in which) ending = ending.where('id', '=', which.binding);
  else if ('tickets' in which) ending = ending.where('ticket_id', 'in', which.tickets);
  else ending = ending.where('event_id', '=', which.event).where('serial_hash', '=', which.serialHash);
  const ended = await ending.returning(['session_id', 'ticket_id']).execute();
  await markChanged(
    tables,
    ended.map(({ session_id, ticket_id }) => ({ session: session_id, ticket: ticket_id })),
    now,
  );
  return ended.map(({ ticket_id }) => ticket_id);
}
