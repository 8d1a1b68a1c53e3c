import { z } from './schema.ts';

const words = z.object({ ja: z.string(), en: z.string() });
export type Words = z.output<typeof words>;

export const role = z.enum(['owner', 'organiser', 'desk', 'auditor']);
export type Role = z.output<typeof role>;

/** Who is signed in, and as what in which organisations. */
export const oneself = z.object({
  person: z.object({ id: z.string(), name: z.string(), signIn: z.string(), hasPassword: z.boolean() }),
  organisations: z.array(z.object({ id: z.string(), name: z.string(), role })),
  passkeys: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      createdAt: z.string(),
      usedAt: z.nullable(z.string()),
    }),
  ),
});
export type Oneself = z.output<typeof oneself>;

/** What a browser's WebAuthn takes; it checks that itself. */
export const passkeyOptions = z.record(z.string(), z.unknown());
export const made = z.object({ id: z.string() });

export const invitation = z.object({ organisation: z.string(), role, expiresAt: z.string() });

const sessionState = z.enum(['draft', 'on-sale', 'closed', 'cancelled']);
export type SessionState = z.output<typeof sessionState>;
const sessionLine = z.object({
  id: z.string(),
  name: z.string(),
  title: words,
  startsAt: z.string(),
  state: sessionState,
});

const eventLine = z.object({
  id: z.string(),
  name: z.string(),
  text: words,
  state: z.enum(['draft', 'live', 'erased']),
});
export const events = z.object({ items: z.array(eventLine), next: z.nullable(z.string()) });
export type EventLine = z.output<typeof eventLine>;

const eventSettings = z.object({
  text: words,
  quota: z.optional(z.number()),
  eraseAfterDays: z.number(),
});
export type EventSettings = z.output<typeof eventSettings>;
export const event = z.extend(eventLine, {
  settings: eventSettings,
  sessions: z.array(sessionLine),
  revision: z.number(),
});
export type Event = z.output<typeof event>;

const companionRule = z.enum(['own-cards', 'enter-together', 'representative-opens']);
export type CompanionRule = z.output<typeof companionRule>;
/** Rules that this screen does not show go back to the service as they came. */
const rules = z.looseObject({ entry: z.enum(['never-again', 'after-exit', 'freely']) });
const sessionSettings = z.object({
  title: words,
  venue: z.optional(words),
  notice: z.optional(words),
  startsAt: z.string(),
  validFrom: z.string(),
  validUntil: z.string(),
  saleFrom: z.string(),
  saleUntil: z.string(),
  payWithinHours: z.number(),
  claimUntil: z.string(),
  quota: z.optional(z.number()),
  companions: z.array(companionRule),
  rules,
  receipt: z.string(),
});
export type SessionSettings = z.output<typeof sessionSettings>;
const category = z.object({
  id: z.string(),
  name: z.string(),
  text: words,
  price: z.number(),
  seats: z.object({ free: z.number(), held: z.number(), sold: z.number(), blocked: z.number() }),
});
export type Category = z.output<typeof category>;
export const session = z.extend(sessionLine, {
  event: z.string(),
  settings: sessionSettings,
  categories: z.array(category),
  revision: z.number(),
});
export type Session = z.output<typeof session>;
