import type { BindingForm } from '../signed-form/binding-form.ts';

/** What the form of a ticket's binding says, as it is now. */
export interface TicketOfForm {
  readonly ticket_id: string;
  /** JSON. */
  readonly event_texts: string;
  /** JSON. */
  readonly session_texts: string;
  readonly starts_at: number;
  readonly label: string | null;
}

/** A ticket as whoever binds a card to it is shown it before signing. */
export interface TicketToSign {
  /** The ticket, as the signed form names it. */
  readonly ticket: string;
  readonly event: BindingForm['event'];
  readonly title: BindingForm['title'];
  readonly startsAt: string;
  readonly seat?: string;
}

export function ticketToSign(row: TicketOfForm): TicketToSign {
  return {
    ticket: row.ticket_id,
    event: JSON.parse(row.event_texts) as BindingForm['event'],
    title: JSON.parse(row.session_texts) as BindingForm['title'],
    startsAt: new Date(row.starts_at).toISOString(),
    ...(row.label === null ? {} : { seat: row.label }),
  };
}

/** Whether whoever signed was shown what this ticket is for, as it is now. */
export function isFormOf(form: BindingForm, row: TicketOfForm): boolean {
  const { ticket, event, title, startsAt } = ticketToSign(row);
  return (
    form.ticket === ticket &&
    form.startsAt === startsAt &&
    form.event.ja === event.ja &&
    form.event.en === event.en &&
    form.title.ja === title.ja &&
    form.title.en === title.en
  );
}
