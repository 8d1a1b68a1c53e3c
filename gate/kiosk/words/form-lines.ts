import type { ApplicationForm } from '../../../ticketing/signed-form/application-form.ts';
import type { Task } from '../visit/task.ts';
import type { Said } from './notices.ts';
import { dayAndTime, yen } from './plain.ts';

/** One line of a form as the visitor reads it before signing. */
export interface FormLine {
  readonly label: Said;
  readonly value: Said;
}

const labels = {
  event: { ja: '公演', en: 'Event' },
  title: { ja: '回', en: 'Session' },
  startsAt: { ja: '開始', en: 'Starts' },
  category: { ja: '席種', en: 'Category' },
  tickets: { ja: '枚数', en: 'Tickets' },
  companions: { ja: '同行者の入場', en: 'Companions enter' },
  price: { ja: '1枚の料金', en: 'Price of one' },
  total: { ja: '合計', en: 'Total' },
} as const satisfies Record<string, Said>;

const companionRules: Readonly<Record<ApplicationForm['companions'], Said>> = {
  'own-cards': {
    ja: '各自のカードで入場（当日までに各自で登録）',
    en: 'each with an own card, to be tied to the ticket beforehand',
  },
  'enter-together': { ja: '代表者と一緒に入場', en: 'together with you' },
  'representative-opens': { ja: '代表者のカードで全員入場', en: 'all by your card' },
};

/**
 * A form in plain words, all of it that matters and nothing that is not in it: what is read here is what is
 * signed.
 */
export function formLines({ kind, form }: Task): readonly FormLine[] {
  const session: FormLine[] = [
    { label: labels.event, value: form.event },
    { label: labels.title, value: form.title },
    { label: labels.startsAt, value: dayAndTime(form.startsAt) },
  ];
  if (kind === 'binding') return session;
  const { categoryText, tickets, companions, price, total } = form;
  return [
    ...session,
    { label: labels.category, value: categoryText },
    { label: labels.tickets, value: { ja: `${tickets}枚`, en: String(tickets) } },
    ...(tickets > 1 ? [{ label: labels.companions, value: companionRules[companions] }] : []),
    { label: labels.price, value: yen(price) },
    { label: labels.total, value: yen(total) },
  ];
}
