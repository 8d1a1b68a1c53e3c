import { z } from './schema.ts';

/** Words that the kiosk has in its own languages; a language that it lacks is shown the English ones. */
const said = z.object({ ja: z.string(), en: z.string() });
export type Said = z.output<typeof said>;

const refusal = z.object({ code: z.string(), sentence: z.string() });

/** What an application or a binding came to. */
export const outcome = z.object({
  kind: z.enum(['reserved', 'queued', 'bound', 'refused', 'unclear', 'failed']),
  title: said,
  text: said,
  /** By which the visitor asks for the result later. */
  number: z.optional(z.string()),
  refusal: z.optional(refusal),
  reserved: z.optional(
    z.object({
      application: z.string(),
      seats: z.array(z.string()),
      total: said,
      due: said,
      slip: z.optional(z.object({ number: z.string(), url: z.string() })),
    }),
  ),
});
export type Outcome = z.output<typeof outcome>;

const form = z.object({
  kind: z.enum(['application', 'binding']),
  lines: z.array(z.object({ label: said, value: said })),
  number: z.optional(z.string()),
});
export type Form = z.output<typeof form>;

const pin = z.object({
  key: z.enum(['signature', 'authentication']),
  shortest: z.number(),
  longest: z.number(),
  characters: z.enum(['digits', 'upper-case-letters-and-digits']),
  triesLeft: z.number(),
  askFirst: z.boolean(),
});
export type Pin = z.output<typeof pin>;

/** Where the visit is, and all that is to be shown of it. */
export const view = z.object({
  /** Named by whatever is asked for, so that it never reaches the next visitor. */
  visit: z.number(),
  phase: z.enum([
    'idle',
    'looking-up',
    'review',
    'hold-card',
    'reading',
    'wrong-card',
    'enter-pin',
    'working',
    'sending',
    'done',
    'take-card',
  ]),
  card: z.boolean(),
  form: z.optional(form),
  notice: z.optional(z.object({ title: said, text: said })),
  pin: z.optional(pin),
  step: z.optional(z.enum(['pin', 'certificate', 'signing'])),
  outcome: z.optional(outcome),
  printing: z.optional(z.enum(['none', 'printed', 'failed'])),
  until: z.optional(z.string()),
});
export type View = z.output<typeof view>;

/** What the kiosk can do just now. */
export const standing = z.object({
  takesApplications: z.boolean(),
  takesBindings: z.boolean(),
  missing: z.array(z.enum(['reader', 'hsm', 'service', 'catalogue'])),
  waiting: z.number(),
  catalogueAt: z.nullable(z.string()),
});
export type Standing = z.output<typeof standing>;

export const companionRule = z.enum(['own-cards', 'enter-together', 'representative-opens']);
export type CompanionRule = z.output<typeof companionRule>;

const category = z.object({
  id: z.string(),
  text: said,
  price: z.number(),
  left: z.optional(z.number()),
});

const session = z.object({
  id: z.string(),
  title: said,
  startsAt: z.string(),
  companions: z.array(companionRule),
  mostTickets: z.number(),
  categories: z.array(category),
  onSale: z.boolean(),
});
export type Session = z.output<typeof session>;

/** What is on sale. */
export const catalogue = z.object({
  events: z.array(z.object({ name: said, sessions: z.array(session) })),
});
export type Catalogue = z.output<typeof catalogue>;
