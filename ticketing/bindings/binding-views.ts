import { z } from '@hono/zod-openapi';

const shownText = z.strictObject({ ja: z.string(), en: z.string() });
const bytes = z
  .base64()
  .max(24_000)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
  .openapi({ type: 'string', format: 'byte' });

/** What a card signed for a binding, as kiosks and desks send it. */
export const signedBinding = {
  form: bytes,
  signature: bytes,
  authenticationCertificate: bytes,
  medium: z.enum(['card', 'phone']).default('card'),
};

/** A ticket with the challenge under which a card may sign for it. */
export const ticketToSignView = z
  .strictObject({
    challenge: z.string().meta({ description: '32 bytes in hexadecimal; serves once, for ten minutes.' }),
    ticket: z.string(),
    event: shownText,
    title: shownText,
    startsAt: z.iso.datetime(),
    seat: z.string().optional(),
  })
  .openapi('TicketToSign');
