import { randomBytes } from 'node:crypto';
import { requireKept } from '../token/check-token.ts';
import { findKeys } from '../token/find-key.ts';
import { gcmDecrypt, gcmEncrypt } from '../token/gcm.ts';
import { makeSecretKey } from '../token/make-key.ts';
import { requireMechanisms } from '../token/mechanisms.ts';
import type { StoredKey } from '../token/stored-key.ts';
import type { Token } from '../token/token.ts';
import { TokenError } from '../token/token-error.ts';
import type { Custody } from './custody.ts';
import { KeyError } from './key-error.ts';
import { KEY_LABELS } from './labels.ts';
import { refuseSecond } from './signer-key.ts';
import type { StorageKey } from './storage-key.ts';

const VERSION = 1;
const KEY_ID = 16;
/**
 * Drawn at random for each seal, 96 bits: with fewer than 2^32 seals under one key (NIST SP 800-38D, 8.3)
 * the chance that one ever repeats is below 2^-32. A ticketing service with several processes has no
 * counter to share.
 */
const IV = 12;
const TAG = 16;
const HEAD = 1 + KEY_ID + IV;
const LONGEST = 65_536;

/** Makes the storage key in the ticketing service's token. */
export async function makeStorageKey(token: Token, custody: Custody = 'tried'): Promise<StorageKey> {
  await requireMechanisms(token, 'storage');
  await refuseSecond(token, KEY_LABELS.storage);
  const key = await makeSecretKey(token, { label: KEY_LABELS.storage, use: 'encrypt' });
  if (custody === 'tried') await requireKept(token, key, false);
  return openStorageKey(token);
}

/**
 * Opens the storage key. What is sealed is `01 ‖ key id (16) ‖ IV (12) ‖ ciphertext ‖ tag (16)`, and the
 * context, its length aside, is bound in as additional data.
 *
 * @example
 * const storage = await openStorageKey(token);
 * const sealed = await storage.seal(serial, 'bindings/4711/serial');
 */
export async function openStorageKey(token: Token): Promise<StorageKey> {
  await requireMechanisms(token, 'storage');
  const [key, another] = await findKeys(token, 'secret', KEY_LABELS.storage);
  if (key === undefined || another !== undefined)
    throw new KeyError(
      key === undefined ? 'key-not-found' : 'key-exists',
      `The token "${token.label}" must hold one storage key, and holds ${key === undefined ? 'none: make it' : 'several: destroy all but the one in use'}.`,
    );
  token.rely(key);
  return {
    seal: async (plain, context) => {
      // Some modules refuse to encrypt nothing; no value that is worth sealing is empty.
      if (plain.length === 0 || plain.length > LONGEST)
        throw new KeyError('malformed', 'What is sealed has 1 to 65,536 bytes.');
      const iv = randomBytes(IV);
      const head = Buffer.concat([Buffer.from([VERSION]), Buffer.from(key.id, 'hex'), iv]);
      const sealed = await gcmEncrypt(token, key, iv, additional(head, context), plain);
      return new Uint8Array(Buffer.concat([head, sealed]));
    },
    open: (sealed, context) => open(token, key, sealed, context),
  };
}

async function open(token: Token, key: StoredKey, sealed: Uint8Array, context: string): Promise<Uint8Array> {
  if (sealed.length < HEAD + TAG || sealed.length > HEAD + LONGEST + TAG || sealed[0] !== VERSION)
    throw new KeyError('malformed', 'This is not something that a storage key sealed.');
  const head = sealed.subarray(0, HEAD);
  if (Buffer.from(head.subarray(1, 1 + KEY_ID)).toString('hex') !== key.id)
    throw new KeyError('wrong-recipient', 'This was sealed with another storage key than this token holds.');
  const iv = head.subarray(1 + KEY_ID);
  try {
    return await gcmDecrypt(token, key, iv, additional(head, context), sealed.subarray(HEAD));
  } catch (cause) {
    if (!(cause instanceof TokenError) || cause.code !== 'token-refused') throw cause;
    throw new KeyError('not-opened', 'The sealed value was changed, or belongs elsewhere.', { cause });
  }
}

function additional(head: Uint8Array, context: string): Uint8Array {
  return Buffer.concat([Buffer.from('kazasu/storage/v1\0', 'latin1'), head, Buffer.from(context, 'utf8')]);
}
