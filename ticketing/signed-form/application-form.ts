import { z } from 'zod';
import { hex, moment, reference, readForm, shownText, writeForm } from './signed-form.ts';

/** How the tickets of one application get to the cards that enter by them. */
const companionRules = ['own-cards', 'enter-together', 'representative-opens'] as const;

/** The most tickets that one application can ask for; an event's own limit may be lower. */
const mostTickets = 20;

/**
 * An application (①): what a visitor asks for, as it was shown, signed with the card's signature key
 * (RSASSA-PKCS1-v1_5, SHA-256, over these exact bytes). It can be made and signed while the service is out
 * of reach; the service holds it to its own catalogue when it arrives, and takes each `id` once.
 *
 * Who applies is not in it: that is in the certificate, which is not kept.
 */
const applicationForm = z.strictObject({
  format: z.literal('kazasu/application/v1'),
  /** 16 random bytes. */
  id: hex(16),
  /** When it was shown to the visitor and signed. */
  at: moment,
  /** The session, as the catalogue names it. */
  session: reference,
  event: shownText,
  title: shownText,
  startsAt: moment,
  category: reference,
  categoryText: shownText,
  tickets: z.int().min(1).max(mostTickets),
  companions: z.enum(companionRules),
  /** What one ticket costs, and all of them, in whole yen. */
  price: z.int().min(0).max(10_000_000),
  total: z.int().min(0).max(200_000_000),
});
export type ApplicationForm = z.output<typeof applicationForm>;

/**
 * @example
 * const bytes = writeApplication({ format: 'kazasu/application/v1', id, at, session, … });
 * const signature = await signWithPin(card, bytes);
 */
export function writeApplication(form: ApplicationForm): Uint8Array {
  return writeForm(applicationForm, form);
}

/** The application of exactly these bytes; a `FormError` for any others. */
export function readApplication(bytes: Uint8Array): ApplicationForm {
  return readForm(applicationForm, bytes);
}
