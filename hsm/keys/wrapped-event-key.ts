import { z } from 'zod';
import { KeyError } from './key-error.ts';

/** An event key on its way to one gate. It says nothing of where it came from: the pack's signature does. */
export interface WrappedEventKey {
  readonly event: string;
  /** The hash of RSA-OAEP and its MGF1: SHA-256 where the ticketing token can, else SHA-1. */
  readonly hash: 'sha256' | 'sha1';
  /** SHA-256 of the transport key's SPKI. */
  readonly recipient: Uint8Array;
  readonly wrapped: Uint8Array;
  /** First 8 bytes of an HMAC under the key: tells whether the right key came out. */
  readonly check: Uint8Array;
}

const FORMAT = 'kazasu/wrapped-event-key/v1';
/** An event's id names a key in a token, too: short, and of plain characters. */
const EVENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const LONGEST = 4096;

const Base64 = (length: number) =>
  z
    .base64()
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .refine((bytes) => bytes.length === length);

const Shape = z.strictObject({
  format: z.literal(FORMAT),
  event: z.string().regex(EVENT_ID),
  hash: z.enum(['sha256', 'sha1']),
  recipient: Base64(32),
  wrapped: Base64(256),
  check: Base64(8),
});

/** Writes a wrapped event key, as UTF-8 JSON. */
export function encodeWrappedEventKey(key: WrappedEventKey): Uint8Array {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return Buffer.from(
    JSON.stringify({
      format: FORMAT,
      event: key.event,
      hash: key.hash,
      recipient: base64(key.recipient),
      wrapped: base64(key.wrapped),
      check: base64(key.check),
    }),
  );
}

/** Reads what `encodeWrappedEventKey` wrote, and refuses anything else. */
export function decodeWrappedEventKey(bytes: Uint8Array): WrappedEventKey {
  try {
    if (bytes.length > LONGEST) throw new RangeError('too long');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const { event, hash, recipient, wrapped, check } = Shape.parse(JSON.parse(text));
    return { event, hash, recipient, wrapped, check };
  } catch (cause) {
    throw new KeyError('malformed', 'This is not a wrapped event key. Export the pack again.', { cause });
  }
}

/** Refuses what cannot be an event's id. */
export function requireEventId(event: string): void {
  if (!EVENT_ID.test(event))
    throw new KeyError(
      'malformed',
      'An event’s id has 1 to 64 letters, digits, dots, dashes and underscores.',
    );
}
