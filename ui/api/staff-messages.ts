import { z } from './schema.ts';

/** Words that the gate has in its own languages; a language that it lacks is shown the English ones. */
const words = z.object({ ja: z.string(), en: z.string() });

const light = z.enum(['green', 'amber', 'red', 'blue', 'grey']);
const direction = z.enum(['in', 'out']);
/** By which an entry of the journal is found again. */
const place = z.object({ epoch: z.number(), number: z.number() });
export type Place = z.output<typeof place>;

export const role = z.enum(['staff', 'supervisor']);
export type Role = z.output<typeof role>;
export const session = z.object({ role });

const ticket = z.object({
  number: z.string(),
  category: z.string(),
  seat: z.optional(z.string()),
  zone: z.optional(z.string()),
  party: z.optional(
    z.object({ id: z.string(), role: z.enum(['representative', 'companion']), size: z.number() }),
  ),
  flags: z.optional(z.array(z.enum(['needs-adult', 'wheelchair-space', 'needs-assistance']))),
});

const part = z.enum(['hsm', 'list', 'clock', 'disk', 'reader']);
export type Part = z.output<typeof part>;

const counts = z.object({
  in: z.number(),
  out: z.number(),
  inside: z.number(),
  categories: z.array(
    z.object({ category: z.string(), in: z.number(), out: z.number(), inside: z.number() }),
  ),
  minutes: z.array(z.object({ minute: z.number(), in: z.number(), out: z.number() })),
});
export type Counts = z.output<typeof counts>;

/** How the lane stands. */
export const board = z.object({
  gate: z.string(),
  standing: z.object({
    phase: z.enum(['opening', 'open', 'stopping']),
    laneOpen: z.boolean(),
    missing: z.array(part),
    troubles: z.array(z.object({ missing: z.array(part), code: z.string(), reason: z.string() })),
  }),
  names: z.optional(z.object({ event: words, session: words })),
  direction,
  expected: z.optional(z.number()),
  list: z.optional(z.object({ version: z.number(), issuedAt: z.string() })),
  counts: z.optional(counts),
});
export type Board = z.output<typeof board>;
export type Standing = Board['standing'];

/** One of the last taps. */
export const tap = z.object({
  at: z.string(),
  verdict: z.string(),
  light,
  staff: words,
  ticket: z.optional(ticket),
  code: z.optional(z.string()),
  /** Where the journal has it, by which an admission is undone. */
  place: z.optional(place),
  milliseconds: z.number(),
});
export type Tap = z.output<typeof tap>;
export const taps = z.object({ taps: z.array(tap) });

/** A ticket that was looked up: what it came to, and what a tap of it would come to now. */
export const lookedUp = z.object({
  ticket,
  movements: z.array(
    z.object({ direction, at: z.number(), gate: z.string(), epoch: z.number(), number: z.number() }),
  ),
  verdict: z.object({ name: z.string(), light, staff: words }),
});
export type LookedUp = z.output<typeof lookedUp>;

export const written = place;

export const lane = z.object({ open: z.boolean() });

export const taken = z.object({ kind: z.enum(['pack', 'delta']), version: z.number() });
export type Taken = z.output<typeof taken>;

const checkName = z.enum([
  'readers',
  'hsm',
  'keys',
  'terminal-certificate',
  'pack',
  'disk',
  'journal',
  'clock',
  'printer',
  'card',
]);
export type CheckName = z.output<typeof checkName>;

export const readyReport = z.object({
  ready: z.boolean(),
  items: z.array(z.object({ item: checkName, ready: z.boolean(), text: z.string() })),
});
export type ReadyReport = z.output<typeof readyReport>;
export const printedReport = z.extend(readyReport, { code: z.string() });

/** How the lane stands in the journal, to be read out or kept on paper. */
export const closingSlip = z.object({
  counts: z.object({ in: z.number(), out: z.number(), inside: z.number() }),
  /** Left out where the HSM did not sign. */
  shortForm: z.optional(z.string()),
  code: z.string(),
  paper: z.boolean(),
});
export type ClosingSlip = z.output<typeof closingSlip>;

export const receipts = z.object({
  waiting: z.number(),
  inDoubt: z.array(z.object({ code: z.string(), ticket: z.optional(z.string()) })),
  printer: z.optional(z.object({ prints: z.boolean(), says: words })),
});
export type Receipts = z.output<typeof receipts>;
export const reprinted = z.object({ code: z.string() });
export const dismissed = z.object({ dismissed: z.boolean() });

const entryKind = z.enum([
  'start',
  'stop',
  'pack',
  'tap',
  'hand',
  'undo',
  'lane',
  'clock',
  'checkpoint',
  'countersigned',
]);
export type EntryKind = z.output<typeof entryKind>;

/** The newest entries of the journal, without what concerns nobody at the lane. */
export const journal = z.object({
  entries: z.array(
    z.object({
      epoch: z.number(),
      number: z.number(),
      kind: entryKind,
      at: z.number(),
      by: z.optional(z.string()),
      reason: z.optional(z.string()),
      ticket: z.optional(z.string()),
      /** What the visitor of a tap was told. */
      title: z.optional(words),
      direction: z.optional(direction),
      open: z.optional(z.boolean()),
      version: z.optional(z.number()),
      size: z.optional(z.number()),
    }),
  ),
});
export type JournalEntry = z.output<typeof journal>['entries'][number];
