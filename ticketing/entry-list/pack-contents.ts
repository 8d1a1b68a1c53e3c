import { z } from 'zod';
import { bytesField, nameField, timeField } from './signed-fields.ts';

// What a pack carries beside the list. Every part is checked when a pack is written and again when it is
// taken, so that a gate never meets a rule at the door that it does not know.

const mostBlobBytes = 64 * 1024;
const seconds = z.int().min(1).max(86_400);
const doors = z.array(nameField).min(1).max(64);
const blob = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.length > 0 && value.length <= mostBlobBytes,
  { error: 'is not 1 to 65536 bytes' },
);
const window = z
  .strictObject({ from: timeField, until: timeField, category: z.exactOptional(nameField) })
  .refine(({ from, until }) => from <= until, 'ends before it begins');

/** The rules of a session. */
export const packRules = z.strictObject({
  /** Whether one who has entered may enter again: not at all, after an exit tap, or as often as they like. */
  entry: z.enum(['never-again', 'after-exit', 'freely']),
  /** Which doors lead to which zone; a zone that is not named is reached by any. */
  zoneDoors: z.exactOptional(z.record(nameField, doors)),
  /** When each category may enter; one without a category is for those that have none of their own. */
  windows: z.exactOptional(z.array(window).max(200)),
  /** So many visits in so many days, the day of the visit counted; each must hold. */
  visitLimits: z.exactOptional(
    z.array(z.strictObject({ visits: z.int().min(1).max(1000), days: z.int().min(1).max(3660) })).max(16),
  ),
  /** A companion enters within so many seconds after the party's representative. */
  partyWithinSeconds: z.exactOptional(seconds),
  /** Nobody needs a ticket: whoever holds a genuine card is let in and written down. */
  roster: z.exactOptional(z.boolean()),
});
export type PackRules = z.output<typeof packRules>;

/** A text in the two languages that every text is in. */
const text = z.strictObject({ ja: z.string().min(1).max(2000), en: z.string().min(1).max(2000) });

const wrappedKey = z.strictObject({
  /** SHA-256 of the SPKI of the gate's transport key. */
  recipient: bytesField(32),
  /** The event key as hsm/keys wrapped it; opaque here. */
  wrapped: blob,
});

const crlDigest = z.strictObject({
  /** The subject key id of the key that signed the CRL. */
  issuerKeyId: blob,
  /** The cRLNumber, as its INTEGER's content. */
  number: blob,
  thisUpdate: timeField,
  digest: bytesField(32),
});

export const packContents = z.strictObject({
  /** What the session is called, where it is, and anything else that visitors should read. */
  texts: z.strictObject({
    event: text,
    session: text,
    venue: z.exactOptional(text),
    notice: z.exactOptional(text),
  }),
  startsAt: timeField,
  rules: packRules,
  /** The event key, once for each gate that may open the list. */
  wrappedKeys: z.array(wrappedKey).max(2000),
  /** Root certificates, DER, by which cards without a pinned key are checked. */
  roots: z.array(blob).max(32),
  /** The CRLs against which the bound certificates were checked before this pack was made. */
  crls: z.array(crlDigest).max(64),
  /** The receipt, as a receiptline template. */
  receipt: z.string().max(20_000),
});
export type PackContents = z.output<typeof packContents>;
