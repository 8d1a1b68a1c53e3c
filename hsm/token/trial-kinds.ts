import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { destroyKey, publicKeyOf } from './find-key.ts';
import { makeEcKeyPair, makeRsaKeyPair, makeSecretKey } from './make-key.ts';
import type { KeyRole } from './mechanisms.ts';
import type { SessionKey, StoredKey, TokenKey } from './stored-key.ts';
import { TokenError } from './token-error.ts';
import type { Token } from './token.ts';
import { unwrappedMacKey, unwrappingHashes, unwrapPrivateKey, wrapPrivateKey } from './wrap.ts';

/** Under which label keys lie that are made to be tried. */
export const TRIAL_LABEL = 'kazasu/trial';

/** A kind of key as some role has it, and how to come by one the way that role does. */
export interface TrialKind {
  readonly name: string;
  readonly roles: readonly KeyRole[];
  /** May leave wrapped, and only so. */
  readonly extractable: boolean;
  make(token: Token): Promise<TokenKey>;
}

const label = TRIAL_LABEL;

export const TRIAL_KINDS: readonly TrialKind[] = [
  {
    name: 'RSA-2048 private key',
    roles: ['terminal-rsa2048', 'transport'],
    extractable: false,
    make: (token) => makeRsaKeyPair(token, { label, use: 'sign' }),
  },
  {
    name: 'P-256 private key',
    roles: ['gate-identity', 'list-signing'],
    extractable: false,
    make: (token) => makeEcKeyPair(token, { label, curve: 'P-256' }),
  },
  {
    name: 'P-384 private key',
    roles: ['terminal-p384'],
    extractable: false,
    make: (token) => makeEcKeyPair(token, { label, curve: 'P-384' }),
  },
  {
    name: 'HMAC key',
    roles: ['event'],
    extractable: true,
    make: (token) => makeSecretKey(token, { label, use: 'mac', extractable: true }),
  },
  {
    // opencryptoki keeps what it makes itself, and gives away what it unwraps.
    name: 'HMAC key that came wrapped',
    roles: ['event-at-gate'],
    extractable: false,
    make: unwrapped,
  },
  {
    name: 'AES-256 key',
    roles: ['storage'],
    extractable: false,
    make: (token) => makeSecretKey(token, { label, use: 'encrypt' }),
  },
  {
    name: 'RSA-2048 private key that came wrapped',
    roles: ['shared-terminal'],
    extractable: false,
    make: received,
  },
];

async function unwrapped(token: Token): Promise<SessionKey> {
  const transport = await makeRsaKeyPair(token, { label, use: 'unwrap' });
  const publicKey = await publicKeyOf(token, transport);
  const [hash] = await unwrappingHashes(token, transport, publicKey);
  if (hash === undefined)
    throw new TokenError(
      'token-refused',
      'It unwraps nothing that RSA-OAEP wrapped, by SHA-256 or by SHA-1.',
    );
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: publicKey, padding, oaepHash: hash }, randomBytes(32));
  return unwrappedMacKey(transport, wrapped, hash);
}

async function received(token: Token): Promise<StoredKey> {
  const transport = await makeRsaKeyPair(token, { label, use: 'unwrap' });
  const key = await makeRsaKeyPair(token, { label, use: 'sign', extractable: true });
  const kek = await makeSecretKey(token, { label, use: 'wrap', extractable: true, temporary: true });
  try {
    const publicKey = await publicKeyOf(token, key);
    const recipient = await publicKeyOf(token, transport);
    const wrapped = await wrapPrivateKey(token, key, kek, recipient, ['sha256', 'sha1']);
    return await unwrapPrivateKey(token, transport, wrapped, { label, publicKey });
  } finally {
    await destroyKey(token, kek);
  }
}
