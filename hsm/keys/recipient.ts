import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { OaepHash } from '../token/wrap.ts';
import { KeyError } from './key-error.ts';

/** Whom a key is wrapped to: a gate's transport key, and the OAEP hashes that its token unwraps with. */
export interface Recipient {
  readonly publicKey: KeyObject;
  readonly hashes: readonly OaepHash[];
}

const LONGEST = 8192;

const Shape = z.strictObject({
  format: z.literal('kazasu/transport-key/v1'),
  spki: z.string(),
  hashes: z
    .array(z.enum(['sha256', 'sha1']))
    .min(1)
    .max(2),
});

/** Writes a gate's transport key as a file for those who wrap keys to it. */
export function encodeRecipient({ publicKey, hashes }: Recipient): string {
  const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return `${JSON.stringify({ format: 'kazasu/transport-key/v1', spki, hashes }, null, 2)}\n`;
}

/** Reads what `encodeRecipient` wrote. Whose key it is, only its fingerprint tells, compared by people. */
export function decodeRecipient(text: string): Recipient {
  try {
    if (text.length > LONGEST) throw new RangeError('too long');
    const { spki, hashes } = Shape.parse(JSON.parse(text));
    if (!spki.includes('-----BEGIN PUBLIC KEY-----')) throw new TypeError('no public key');
    const publicKey = createPublicKey(spki);
    if (publicKey.asymmetricKeyType !== 'rsa') throw new TypeError('no RSA key');
    return { publicKey, hashes };
  } catch (cause) {
    throw new KeyError(
      'malformed',
      'This is not a gate’s transport key. Have the gate write it with "transport-key show --out".',
      { cause },
    );
  }
}
