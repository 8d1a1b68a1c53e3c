import { z } from 'zod';
import { decodeCanonical, encodeCanonical } from '../../hsm/seal/canonical-cbor.ts';
import type { SectionHead } from './container.ts';
import { EntryListError } from './entry-list-error.ts';

// The kinds of value that a signed manifest is made of. A manifest is a CBOR map with text keys; a key
// that a schema does not name refuses the file.

export const nameField = z.string().min(1).max(200);
export const versionField = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
export const bytesField = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length, {
    error: `is not ${length} bytes`,
  });
/** Whole seconds since 1970 in the file, a Date here. */
export const timeField = z.codec(z.int().min(0).max(8.64e12), z.date(), {
  decode: (seconds) => new Date(seconds * 1000),
  encode: (date) => Math.floor(date.getTime() / 1000),
});
/** `[name, length, SHA-256]` for each section, in the file's order. */
export const sectionsField = z.codec(
  z.array(z.tuple([z.string().max(40), z.int().min(0), bytesField(32)])).max(16),
  z.array(z.custom<SectionHead>()),
  {
    decode: (rows) => rows.map(([name, length, digest]) => ({ name, length, digest })),
    encode: (heads) =>
      heads.map(({ name, length, digest }): [string, number, Uint8Array] => [name, length, digest]),
  },
);

/** The bytes to sign for a manifest. */
export function encodeFields<Schema extends z.ZodObject>(
  schema: Schema,
  value: z.output<Schema>,
): Uint8Array {
  const encoded = z.safeEncode(schema, value);
  if (!encoded.success) {
    throw new EntryListError('cannot-write', `The file cannot be written: ${firstIssue(encoded.error)}.`);
  }
  return encodeCanonical(toMap(encoded.data));
}

/** The manifest in signed bytes. Unknown and doubled keys, and values out of form, refuse it. */
export function decodeFields<Schema extends z.ZodObject>(
  schema: Schema,
  bytes: Uint8Array,
): z.output<Schema> {
  let value: unknown;
  try {
    value = toObject(decodeCanonical(bytes));
  } catch (cause) {
    throw unknownContent('it is not canonical CBOR', cause);
  }
  const decoded = schema.safeParse(value);
  if (!decoded.success) throw unknownContent(firstIssue(decoded.error), decoded.error);
  return decoded.data;
}

function toMap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMap);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return new Map(entries.map(([key, each]) => [key, toMap(each)]));
}

function toObject(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toObject);
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, each]: [unknown, unknown]) => {
    if (typeof key !== 'string') throw new TypeError('a key that is not text');
    return [key, toObject(each)] as const;
  });
  return Object.fromEntries(entries);
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'it is not in form' : `${issue.path.join('.')} ${issue.message}`.trim();
}

function unknownContent(what: string, cause: unknown): EntryListError {
  const sentence = `The file is signed but says what this gate does not know (${what}); update the gate.`;
  return new EntryListError('unknown-content', sentence, { cause });
}
