import { z } from 'zod';
import { decodeCanonical, encodeCanonical } from '../../hsm/seal/canonical-cbor.ts';
import { verdictNames } from '../decide/verdict.ts';
import { JournalError } from './journal-error.ts';

/**
 * The journal's entries. Each is a CBOR map in its one canonical encoding; these bytes are what is hashed,
 * kept and handed over. An unknown kind or field is refused, so that nothing can be hidden in an entry.
 *
 * A card is named by its tag alone, the first 16 bytes of its serial hash. There is no field that could
 * hold a serial, a name, a certificate, or the half of the hash that opens records.
 */

const mostEntryBytes = 4_096;

const time = z.int().min(0);
const count = z.int().min(0);
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\0-\x1f\x7f]*$/u)
    .refine(isWellFormed);
// As long as two names of an entry list and what stands between them: an event's session.
const name = z.string().min(1).max(512).refine(isWellFormed);
const bytes = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length);
const tag = bytes(16);
const hash = bytes(32);
const direction = z.enum(['in', 'out']);

const log = z.strictObject({ epoch: z.int().min(1), size: count, root: hash });

/** Whom an admission is of: a ticket, a card, or both. A roster's visitor has no ticket. */
const subject = {
  tag: tag.optional(),
  ticket: name.optional(),
  category: name.optional(),
  party: z
    .strictObject({ id: name, role: z.enum(['representative', 'companion']), size: z.int().min(1) })
    .optional(),
  /** The ticket is a child's. */
  needsAdult: z.literal(true).optional(),
  /** How many people passed at once; one where left out. */
  people: z.int().min(2).optional(),
};

/** What the entry's maker says; the journal adds its number. */
const content = {
  start: z.strictObject({
    kind: z.literal('start'),
    at: time,
    gate: name,
    epoch: z.int().min(1),
    /** The log before this one, as it was found: its length cannot be changed afterwards. */
    previous: log.optional(),
    /** Where the database was found damaged, what could still be read was taken over. */
    afterDamage: z.literal(true).optional(),
    software: name.optional(),
  }),
  stop: z.strictObject({ kind: z.literal('stop'), at: time, reason: text(200).optional() }),
  pack: z.strictObject({
    kind: z.literal('pack'),
    at: time,
    event: name,
    session: name,
    version: z.int().min(1),
    /** SHA-256 of the pack or delta as it was taken. */
    digest: hash,
  }),
  /** A card was held over the reader. Where the verdict is `admitted` and no repeat, this is an admission. */
  tap: z.strictObject({
    kind: z.literal('tap'),
    at: time,
    /** Left out only where the gate has no pack, and so admits nobody. */
    session: name.optional(),
    verdict: z.enum(verdictNames),
    direction,
    repeat: z.literal(true).optional(),
    /** The exact reason's code. */
    code: text(64).optional(),
    ...subject,
  }),
  /** Staff let someone in, or out, by hand. */
  hand: z.strictObject({
    kind: z.literal('hand'),
    at: time,
    session: name,
    direction,
    by: name,
    reason: text(200),
    ...subject,
  }),
  /** Staff took an admission back: the visitor turned round. */
  undo: z.strictObject({
    kind: z.literal('undo'),
    at: time,
    admission: z.strictObject({ epoch: z.int().min(1), number: count }),
    by: name,
    reason: text(200),
  }),
  lane: z.strictObject({ kind: z.literal('lane'), at: time, open: z.boolean(), by: name }),
  /** The clock was set: what it would have shown, and what it shows. */
  clock: z.strictObject({ kind: z.literal('clock'), at: time, expected: time, found: time }),
  /** The first `size` entries of this log were signed. */
  checkpoint: z.strictObject({
    kind: z.literal('checkpoint'),
    at: time,
    size: count,
    root: hash,
    why: z.enum(['open', 'interval', 'close', 'hand-over']),
  }),
  /** A receiver signed a checkpoint too. */
  countersigned: z.strictObject({
    kind: z.literal('countersigned'),
    at: time,
    epoch: z.int().min(1),
    size: count,
    by: name,
  }),
};

const anyContent = z.discriminatedUnion('kind', [
  content.start,
  content.stop,
  content.pack,
  content.tap,
  content.hand,
  content.undo,
  content.lane,
  content.clock,
  content.checkpoint,
  content.countersigned,
]);

/** What is to be recorded. */
export type EntryContent = z.output<typeof anyContent>;
/** A recorded entry: `number` is its place in its log, from 0. */
export type Entry = EntryContent & { readonly number: number };
export type EntryKind = Entry['kind'];
export type EntryOf<Kind extends EntryKind> = Extract<Entry, { readonly kind: Kind }>;

/**
 * The exact bytes of an entry. Throws a `JournalError` where a field is not as the kind has it.
 *
 * @example
 * encodeEntry({ kind: 'lane', at: Date.now(), open: false, by: 'supervisor', number: 7 });
 */
export function encodeEntry(entry: Entry): Uint8Array {
  const encoded = encodeCanonical(checked(entry, 'The entry cannot be recorded'));
  if (encoded.length > mostEntryBytes) {
    throw new JournalError('bad-entry', 'The entry cannot be recorded: it is too long; shorten its texts.');
  }
  return encoded;
}

/** The entry of exactly these bytes. Throws a `JournalError` for any others. */
export function decodeEntry(encoded: Uint8Array): Entry {
  const sentence = 'The bytes are not an entry of a journal';
  if (encoded.length > mostEntryBytes) throw new JournalError('bad-entry', `${sentence}: they are too many.`);
  let value: unknown;
  try {
    value = decodeCanonical(encoded);
  } catch (cause) {
    throw new JournalError('bad-entry', `${sentence}: they are not canonical CBOR.`, { cause });
  }
  return checked(plain(value), sentence);
}

function checked(entry: unknown, sentence: string): Entry {
  const { number, ...rest } =
    typeof entry === 'object' && entry !== null ? (entry as { number?: unknown }) : {};
  const result = anyContent.safeParse(rest);
  if (!result.success || typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    const where = result.success ? 'number' : (result.error.issues[0]?.path.join('.') ?? '');
    throw new JournalError(
      'bad-entry',
      `${sentence}: ${where === '' ? 'its kind' : where} is not as it must be.`,
    );
  }
  return { ...result.data, number };
}

/** Maps as objects, as deep as entries go. Anything else is for the schema to refuse. */
function plain(value: unknown, depth = 0): unknown {
  if (!(value instanceof Map) || depth > 2) return value;
  const pairs = [...(value as Map<unknown, unknown>)];
  if (pairs.some(([key]) => typeof key !== 'string')) return undefined;
  return Object.fromEntries(pairs.map(([key, each]) => [key, plain(each, depth + 1)]));
}

/** No half of a surrogate pair: such text has no UTF-8, and would not read back as it was written. */
function isWellFormed(value: string): boolean {
  return !/\p{Surrogate}/u.test(value);
}
