import { z } from 'zod';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { FormError } from './form-error.ts';

/** Far above what a form has. */
const mostBytes = 16 * 1024;

/** A text as it is shown, in the languages that every event has. */
export const shownText = z.strictObject({ ja: shown(200), en: shown(200) });

/** A moment, to the millisecond, in UTC: one moment has one form. */
export const moment = z.iso.datetime({ precision: 3, error: 'is no time such as 2027-04-03T09:00:00.000Z' });

/** So many bytes in hexadecimal, lower case. */
export const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

/** A name by which the service knows something. */
export const reference = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

/**
 * The bytes of a form: JSON with the members in the order of its schema, no white space, UTF-8. Throws a
 * `FormError` where a field is not as the schema has it.
 */
export function writeForm<Form extends object>(schema: z.ZodType<Form>, form: Form): Uint8Array {
  const checked = schema.safeParse(form);
  if (checked.success) return new TextEncoder().encode(JSON.stringify(checked.data));
  throw new FormError('wrong-field', `The form cannot be signed as it is:\n${wrongFields(checked.error)}`);
}

/**
 * Reads a form from the bytes that were signed. Only the one way of writing it down is taken, so nobody
 * can sign one thing that two programs read as two. Throws a `FormError`.
 */
export function readForm<Form extends object>(schema: z.ZodType<Form>, bytes: Uint8Array): Form {
  if (bytes.length > mostBytes) throw malformed('it is too long');
  const checked = schema.safeParse(parse(bytes));
  if (!checked.success) {
    throw new FormError('wrong-field', `The signed form is wrong:\n${wrongFields(checked.error)}`);
  }
  if (!Buffer.from(writeForm(schema, checked.data)).equals(bytes)) {
    throw malformed('it is not written in the one way that is signed');
  }
  return checked.data;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw malformed('it is not JSON', cause);
  }
}

function malformed(why: string, cause?: unknown): FormError {
  return new FormError('malformed', `The signed form is refused: ${why}.`, { cause });
}

/** A line of text that a screen can show as it is. */
function shown(most: number) {
  return z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\0-\x1f\x7f]*$/u, 'has control characters')
    .refine((text) => !/\p{Surrogate}|\p{Bidi_Control}/u.test(text), 'has characters that deceive the eye');
}
