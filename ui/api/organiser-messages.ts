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

const seat = z.object({
  id: z.string(),
  category: z.string(),
  label: z.optional(z.string()),
  x: z.optional(z.number()),
  y: z.optional(z.number()),
  state: z.enum(['free', 'held', 'sold', 'blocked']),
});
export type Seat = z.output<typeof seat>;
export const seats = z.object({ items: z.array(seat), next: z.nullable(z.string()) });

export const binding = z.object({ valid: z.number(), unbound: z.number(), claimable: z.number() });
export type Binding = z.output<typeof binding>;

const ticketState = z.enum(['reserved', 'valid', 'ended']);
const ticketLine = z.object({
  id: z.string(),
  number: z.string(),
  applicationNumber: z.nullable(z.string()),
  place: z.number(),
  seat: z.nullable(z.string()),
  state: ticketState,
  bound: z.boolean(),
});
export type TicketLine = z.output<typeof ticketLine>;
export const tickets = z.object({ items: z.array(ticketLine), next: z.nullable(z.string()) });
export const ticket = z.object({
  id: z.string(),
  number: z.string(),
  applicationNumber: z.nullable(z.string()),
  place: z.number(),
  category: z.string(),
  seat: z.nullable(z.string()),
  state: ticketState,
  claimUntil: z.nullable(z.string()),
  cards: z.array(
    z.object({
      id: z.string(),
      medium: z.enum(['card', 'phone']),
      state: z.enum(['active', 'suspended', 'ended', 'revoked']),
      boundAt: z.string(),
    }),
  ),
});
export type Ticket = z.output<typeof ticket>;
export const claim = z.object({ code: z.string(), link: z.string(), until: z.string() });
export type Claim = z.output<typeof claim>;

export const member = z.object({
  person: z.string(),
  name: z.string(),
  signIn: z.string(),
  role,
  state: z.enum(['active', 'disabled']),
  revision: z.number(),
});
export type Member = z.output<typeof member>;
export const people = z.object({ items: z.array(member), next: z.nullable(z.string()) });
export const madeInvitation = z.object({ link: z.string(), expiresAt: z.string() });

const act = z.object({
  id: z.string(),
  at: z.string(),
  person: z.nullable(z.string()),
  act: z.string(),
  subject: z.string(),
});
export type Act = z.output<typeof act>;
export const audit = z.object({ items: z.array(act), next: z.nullable(z.string()) });
