import type { ApplicationForm } from '../signed-form/application-form.ts';
import type { Tables } from '../store/tables.ts';
import { ApplicationError } from './application-error.ts';

/** What is on offer: a session with its event and one of its categories. */
export interface Offer {
  readonly session: Tables['sessions'];
  readonly event: Pick<Tables['events'], 'id' | 'organisation_id' | 'name' | 'texts' | 'quota' | 'state'>;
  readonly category: Tables['categories'];
}

/** What a visitor has already. */
export interface Holding {
  readonly ticketsOfSession: number;
  readonly ticketsOfEvent: number;
  /** Whether the card opens a ticket of this session. */
  readonly cardIsBound: boolean;
}

/** Why an application cannot be for this offer, if it cannot: the visitor signed what was shown, and gets no other. */
export function whyNotOffered(
  form: ApplicationForm,
  offer: Offer | undefined,
  now: number,
): ApplicationError | undefined {
  if (offer === undefined)
    return new ApplicationError('not-on-sale', 'There is no such session or category.');
  const { session, event, category } = offer;
  // It may have waited in a kiosk: both moments count, so that no clock opens a sale early or keeps it open.
  const at = Math.min(Date.parse(form.at), now);
  const isOpen = session.sale_from <= at && at < session.sale_until;
  if (event.state !== 'live' || session.state !== 'on-sale' || !isOpen)
    return new ApplicationError('not-on-sale', 'This session is not on sale now; choose another.');
  const companions = JSON.parse(session.companions) as readonly string[];
  const isSame =
    isText(form.event, event.texts) &&
    isText(form.title, session.texts) &&
    isText(form.categoryText, category.texts) &&
    Date.parse(form.startsAt) === session.starts_at &&
    form.price === category.price &&
    form.total === form.price * form.tickets &&
    companions.includes(form.companions);
  if (isSame) return undefined;
  const sentence =
    'The organiser has changed what was signed (price, time, texts or rule); look at it and sign anew.';
  return new ApplicationError('catalogue-changed', sentence);
}

/** Why this visitor cannot have so many more, if so. */
export function whyNotAllowed(
  { tickets, companions }: Pick<ApplicationForm, 'tickets' | 'companions'>,
  { session, event }: Offer,
  holding: Holding,
): ApplicationError | undefined {
  const left = Math.min(
    (session.quota ?? Infinity) - holding.ticketsOfSession,
    (event.quota ?? Infinity) - holding.ticketsOfEvent,
  );
  if (tickets > left) {
    const more = left > 0 ? `${left} more can be had` : 'no more can be had';
    return new ApplicationError('quota-reached', `One person can hold only so many tickets here; ${more}.`);
  }
  if (holding.cardIsBound && companions === 'representative-opens') {
    const sentence =
      'This card opens a ticket of this session already. Let companions come with their own cards.';
    return new ApplicationError('card-already-bound', sentence);
  }
  return undefined;
}

function isText(shown: ApplicationForm['title'], json: string): boolean {
  const { ja, en } = JSON.parse(json) as ApplicationForm['title'];
  return shown.ja === ja && shown.en === en;
}
