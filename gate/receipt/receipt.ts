import { z } from 'zod';
import { timeOfDay } from '../decide/japan-time.ts';
import type { VerdictOf } from '../decide/verdict.ts';
import { entryCode, type EntryPlace } from './entry-code.ts';

const bilingual = z.strictObject({ ja: z.string(), en: z.string() });

/** A receipt as it is kept until it is printed, and a while after. */
export const receiptSchema = z.strictObject({
  event: bilingual,
  session: bilingual,
  gate: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** By which staff find the journal entry. */
  code: z.string(),
  ticket: z.exactOptional(z.string()),
  category: z.exactOptional(z.string()),
  seat: z.exactOptional(z.string()),
  zone: z.exactOptional(z.string()),
  /** How many people were let in by it. */
  people: z.number(),
});

/** What a receipt says of an admission: nothing personal. */
export type Receipt = z.output<typeof receiptSchema>;

/** What an admission is called on its receipt: the pack's texts. */
interface Names {
  readonly event: { readonly ja: string; readonly en: string };
  readonly session: { readonly ja: string; readonly en: string };
}

/**
 * The receipt of an admission.
 *
 * @example
 * const place = journal.record(entry);
 * queue.add(receiptOf(verdict, place, pack.contents.texts));
 */
export function receiptOf(
  { at, gate, people, ticket }: Pick<VerdictOf<'admitted'>, 'at' | 'gate' | 'people' | 'ticket'>,
  place: EntryPlace,
  { event, session }: Names,
): Receipt {
  return {
    event: { ja: event.ja, en: event.en },
    session: { ja: session.ja, en: session.en },
    gate,
    at,
    code: entryCode(place),
    ...(ticket === undefined ? {} : { ticket: ticket.number, category: ticket.category }),
    ...(ticket?.seat === undefined ? {} : { seat: ticket.seat }),
    ...(ticket?.zone === undefined ? {} : { zone: ticket.zone }),
    people,
  };
}

/** What a template may name. A value that a receipt does not have is empty. */
export const placeholders = [
  'event.ja',
  'event.en',
  'session.ja',
  'session.en',
  'seat',
  'zone',
  'category',
  'ticket',
  'gate',
  'date',
  'time',
  'people',
  'code',
  'copy.ja',
  'copy.en',
] as const;

export type Placeholder = (typeof placeholders)[number];

/** What stands for each placeholder; times are Japan's. */
export function receiptValues(receipt: Receipt, copy: boolean): Readonly<Record<Placeholder, string>> {
  const { event, session, gate, at, code, people } = receipt;
  return {
    'event.ja': event.ja,
    'event.en': event.en,
    'session.ja': session.ja,
    'session.en': session.en,
    seat: receipt.seat ?? '',
    zone: receipt.zone ?? '',
    category: receipt.category ?? '',
    ticket: receipt.ticket ?? '',
    gate,
    date: new Date(at + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '/'),
    time: timeOfDay(at),
    people: people > 1 ? String(people) : '',
    code,
    'copy.ja': copy ? '再発行' : '',
    'copy.en': copy ? 'Copy' : '',
  };
}

/** An admission that never was, for a sample. */
export const sampleReceipt: Receipt = {
  event: { ja: 'かざす音楽会', en: 'Kazasu concert' },
  session: { ja: '初日', en: 'Opening night' },
  gate: 'north-1',
  at: Date.UTC(2027, 3, 10, 9, 12),
  code: entryCode({ epoch: 1, number: 572 }),
  ticket: 'K-0001',
  category: 'S',
  seat: '1階 A列 12番',
  people: 2,
};
