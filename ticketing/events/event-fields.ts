import { z } from 'zod';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { entryFlags } from '../entry-list/entry-record.ts';
import { packContents, packRules } from '../entry-list/pack-contents.ts';
import { nameField } from '../entry-list/signed-fields.ts';
import { isoTime } from '../session-files/fields.ts';
import { reference, shownText } from '../signed-form/signed-form.ts';
import { EventError } from './event-error.ts';

// What organisers say of an event, in one form for a file, for HTTP and for the tests.

/** How the tickets of an application get to the cards that enter by them. */
export const companionRules = ['own-cards', 'enter-together', 'representative-opens'] as const;

/** A name that every database, screen and file can hold. */
const plainName = nameField.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has control characters');
const quota = z.int().min(1).max(1000);
const where = {
  zone: z.exactOptional(plainName),
  doors: z.exactOptional(z.array(plainName).min(1).max(64)),
  flags: z.exactOptional(z.array(z.enum(entryFlags)).min(1)),
};

const window = z
  .strictObject({ from: isoTime, until: isoTime, category: z.exactOptional(nameField) })
  .refine(({ from, until }) => from <= until, 'ends before it begins');

/** The rules as a pack has them, with times as people write them. */
const rules = packRules.extend({ windows: z.exactOptional(z.array(window).max(200)) });

/** One numbered seat, as a seat map has it. */
export const seatFields = z.strictObject({
  label: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has control characters'),
  category: plainName,
  ...where,
  x: z.exactOptional(z.number()),
  y: z.exactOptional(z.number()),
});
export type SeatFields = z.output<typeof seatFields>;

/** So many places without numbers. */
export const placesFields = z.strictObject({ count: z.int().min(1).max(200_000), ...where });
export type PlacesFields = z.output<typeof placesFields>;

export const categoryFields = z.strictObject({
  name: plainName,
  text: shownText,
  /** In whole yen; nothing is to be paid for 0. */
  price: z.int().min(0).max(1_000_000),
  places: z.exactOptional(placesFields),
});
export type CategoryFields = z.output<typeof categoryFields>;

/** What of a session may be changed, also when it is on sale. */
export const sessionSettings = z.strictObject({
  title: shownText,
  venue: z.exactOptional(packContents.shape.texts.shape.venue.unwrap()),
  notice: z.exactOptional(packContents.shape.texts.shape.notice.unwrap()),
  startsAt: isoTime,
  /** From when to when gates may admit by its lists; the day before to the day after where left out. */
  validFrom: z.exactOptional(isoTime),
  validUntil: z.exactOptional(isoTime),
  saleFrom: isoTime,
  saleUntil: isoTime,
  payWithinHours: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(72),
  /** Until when companions may claim their tickets; when it starts where left out. */
  claimUntil: z.exactOptional(isoTime),
  quota: z.exactOptional(quota),
  companions: z.array(z.enum(companionRules)).min(1).default(['own-cards']),
  rules: rules.default({ entry: 'never-again' }),
  receipt: packContents.shape.receipt.default(''),
});
export type SessionSettings = z.output<typeof sessionSettings>;

export const sessionFields = sessionSettings.extend({
  /** As packs and journals name it; never changed. */
  name: reference,
  categories: z.array(categoryFields).max(100).default([]),
  seats: z.array(seatFields).max(200_000).default([]),
  /** The seats as CSV, in place of `seats`. */
  seatMap: z.exactOptional(z.string().max(20_000_000)),
});
export type SessionFields = z.output<typeof sessionFields>;

/** What of an event may be changed. */
export const eventSettings = z.strictObject({
  text: shownText,
  /** The most tickets that one person may hold over all its sessions. */
  quota: z.exactOptional(quota),
  /** How many days after its last session all that belongs to it goes. */
  eraseAfterDays: z.int().min(1).max(3660).default(90),
});
export type EventSettings = z.output<typeof eventSettings>;

export const eventFields = eventSettings.extend({
  /** As packs, journals and its key name it; never changed. What can name a key begins with a letter or digit. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  sessions: z.array(sessionFields).max(500).default([]),
});
export type EventFields = z.output<typeof eventFields>;

/** Fields as a schema has them; a `wrong-field` that names each that is not. */
export function readFields<Fields>(schema: z.ZodType<Fields>, value: unknown, what: string): Fields {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new EventError('wrong-field', `The ${what} is wrong:\n${wrongFields(checked.error)}`);
}
