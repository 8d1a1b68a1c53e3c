import { z } from 'zod';
import { hex, moment, reference, readForm, shownText, writeForm } from './signed-form.ts';

/**
 * A binding: a companion ties a ticket to the own card, signed with the card's authentication key (PIN,
 * RSASSA-PKCS1-v1_5, SHA-256, over these exact bytes). The challenge is the service's, fresh for each claim,
 * so a signature serves once. A tap's message begins otherwise: neither can stand for the other.
 */
const bindingForm = z.strictObject({
  format: z.literal('kazasu/binding/v1'),
  /** 32 random bytes that the service gave for this claim. */
  challenge: hex(32),
  at: moment,
  /** The ticket, as the service names it; not its printed number. */
  ticket: reference,
  event: shownText,
  title: shownText,
  startsAt: moment,
});
export type BindingForm = z.output<typeof bindingForm>;

/**
 * @example
 * const bytes = writeBinding({ format: 'kazasu/binding/v1', challenge, at, ticket, … });
 */
export function writeBinding(form: BindingForm): Uint8Array {
  return writeForm(bindingForm, form);
}

/** The binding of exactly these bytes; a `FormError` for any others. */
export function readBinding(bytes: Uint8Array): BindingForm {
  return readForm(bindingForm, bytes);
}
