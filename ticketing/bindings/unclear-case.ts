import { openCase } from '../cases/found-case.ts';
import type { Store } from '../store/store.ts';
import type { BindingError } from './binding-error.ts';

/** The ticket that a card was to be bound to. */
export interface TicketAsked {
  readonly organisation_id: string;
  readonly event_id: string;
  readonly session_id: string;
  readonly number: string;
}

/** Makes a case of a card that was refused since nobody knows its certificate; of other refusals nothing. */
export async function noteUnclear(
  store: Store,
  error: BindingError,
  { ticket, at, now }: { readonly ticket: TicketAsked; readonly at: 'claim' | 'desk'; readonly now: number },
): Promise<void> {
  if (error.code !== 'certificate-unclear') return;
  const found = {
    organisation: ticket.organisation_id,
    event: ticket.event_id,
    session: ticket.session_id,
    kind: 'certificate-unclear',
    subject: `ticket ${ticket.number}`,
    detail: { ticket: ticket.number, at },
  };
  await store.transaction((tables) => openCase(tables, store.kind, found, now));
}
