import { z } from '@hono/zod-openapi';
import { roles } from '../http/actor.ts';

export const role = z.enum(roles).openapi('Role');

/** What is typed to sign in: an address of electronic mail or a short name. */
export const signInName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._+@-]{2,99}$/, 'must be 3 to 100 letters, digits, dot, dash, plus or @')
  .meta({ description: 'An address of electronic mail, or a short name.' });

export const password = z.string().min(1).max(256);
export const personName = z.string().trim().min(1).max(100);
/** The secret in a link. */
export const linkSecret = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be the secret of a link');

const base64url = (most: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]*$/)
    .max(most);
const extensions = z.record(z.string().max(64), z.unknown());
const attachment = z.enum(['platform', 'cross-platform']);

/** A passkey as a browser made it (RegistrationResponseJSON of WebAuthn 3). */
export const madePasskey = z
  .strictObject({
    id: base64url(1400),
    rawId: base64url(1400),
    type: z.literal('public-key'),
    authenticatorAttachment: attachment.nullish(),
    clientExtensionResults: extensions,
    response: z.strictObject({
      clientDataJSON: base64url(4000),
      attestationObject: base64url(20_000),
      authenticatorData: base64url(8000).optional(),
      transports: z.array(z.string().max(32)).max(10).optional(),
      publicKeyAlgorithm: z.int().optional(),
      publicKey: base64url(4000).nullish(),
    }),
  })
  .openapi('MadePasskey');

/** A passkey’s answer (AuthenticationResponseJSON of WebAuthn 3). */
export const passkeyAnswer = z
  .strictObject({
    id: base64url(1400),
    rawId: base64url(1400),
    type: z.literal('public-key'),
    authenticatorAttachment: attachment.nullish(),
    clientExtensionResults: extensions,
    response: z.strictObject({
      clientDataJSON: base64url(4000),
      authenticatorData: base64url(8000),
      signature: base64url(4000),
      userHandle: base64url(128).nullish(),
    }),
  })
  .openapi('PasskeyAnswer');

/** What a browser’s WebAuthn calls take, as JSON. */
export const passkeyOptions = z.record(z.string(), z.unknown()).meta({
  description: 'For navigator.credentials, by parseCreationOptionsFromJSON or parseRequestOptionsFromJSON.',
});
