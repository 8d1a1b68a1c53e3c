import { z } from 'zod';
import type { ApplicationForm } from '../../../ticketing/signed-form/application-form.ts';
import { hex, moment, reference, shownText } from '../../../ticketing/signed-form/signed-form.ts';

// What the ticketing service answers, as far as a kiosk reads it. Fields that it does not know are left
// alone: the service may say more than it did when this kiosk was set up.

/** When something begins or ends, in any form that names its zone; brought to the one that is signed. */
const anyMoment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .pipe(moment);

const companionRule = z.enum(['own-cards', 'enter-together', 'representative-opens']);

const category = z.object({
  id: reference,
  text: shownText,
  price: z.int().min(0).max(10_000_000),
  /** How many are left, where the service says. */
  left: z.int().min(0).optional(),
});

const session = z.object({
  id: reference,
  title: shownText,
  startsAt: anyMoment,
  saleFrom: anyMoment.optional(),
  saleUntil: anyMoment.optional(),
  companions: z.array(companionRule).min(1),
  mostTickets: z.int().min(1).max(20).default(20),
  categories: z.array(category),
});

/** `GET /api/catalogue`: what is on sale. */
export const catalogue = z.object({
  events: z.array(z.object({ name: shownText, sessions: z.array(session) })).max(10_000),
});
export type Catalogue = z.output<typeof catalogue>;
export type CatalogueSession = Catalogue['events'][number]['sessions'][number];
export type CompanionRule = ApplicationForm['companions'];

/** A line that a screen and a receipt can show as it is. */
const line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0-\x1f\x7f]*$/u);
const webAddress = z.url({ protocol: /^https?$/ }).max(2_000);

/** `POST /api/applications`: what was reserved. */
export const reservation = z.object({
  application: line,
  seats: z.array(line).max(100).default([]),
  total: z.int().min(0),
  dueAt: anyMoment,
  slip: z.exactOptional(z.object({ number: line, url: webAddress })),
});

/** `POST /api/claims/look-up`: the ticket that a claim's code stands for. */
export const claim = z.object({
  challenge: hex(32),
  ticket: reference,
  event: shownText,
  title: shownText,
  startsAt: anyMoment,
});
export type Claim = z.output<typeof claim>;

/** `POST /api/claims/bind`: nothing in it is needed. */
export const bound = z.object({});

/** RFC 9457, with the service's code. */
export const problem = z.object({
  code: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  detail: line,
});
