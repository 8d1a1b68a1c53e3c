import { createHash, type KeyObject } from 'node:crypto';
import { requireKept } from '../token/check-token.ts';
import { findOneKey, publicKeyOf } from '../token/find-key.ts';
import { makeRsaKeyPair } from '../token/make-key.ts';
import { requireMechanisms } from '../token/mechanisms.ts';
import type { StoredKey } from '../token/stored-key.ts';
import type { Token } from '../token/token.ts';
import { unwrappingHashes } from '../token/wrap.ts';
import type { Custody } from './custody.ts';
import { KEY_LABELS } from './labels.ts';
import type { Recipient } from './recipient.ts';
import { refuseSecond } from './signer-key.ts';

/** The gate's key to which others wrap keys for it. It unwraps, and does nothing else. */
export interface TransportKey {
  readonly key: StoredKey;
  readonly publicKey: KeyObject;
  readonly fingerprint: Uint8Array;
}

/** Makes the transport key: RSA-2048, not extractable. */
export async function makeTransportKey(token: Token, custody: Custody = 'tried'): Promise<TransportKey> {
  await requireMechanisms(token, 'transport');
  await refuseSecond(token, KEY_LABELS.transport);
  const key = await makeRsaKeyPair(token, { label: KEY_LABELS.transport, use: 'unwrap' });
  if (custody === 'tried') await requireKept(token, key, false);
  return openTransportKey(token);
}

/** Opens the transport key, for what was wrapped to it. */
export async function openTransportKey(token: Token): Promise<TransportKey> {
  await requireMechanisms(token, 'transport');
  const key = await findOneKey(token, 'private', KEY_LABELS.transport);
  const publicKey = await publicKeyOf(token, key);
  token.rely(key);
  return { key, publicKey, fingerprint: keyFingerprint(publicKey) };
}

/** The transport key as others need it, to wrap keys to it: with the hashes that its token unwraps with. */
export async function describeTransportKey(token: Token): Promise<Recipient> {
  const { key, publicKey } = await openTransportKey(token);
  return { publicKey, hashes: await unwrappingHashes(token, key, publicKey) };
}

/** SHA-256 of a public key's SPKI: how people and files name it. */
export function keyFingerprint(publicKey: KeyObject): Uint8Array {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return new Uint8Array(createHash('sha256').update(spki).digest());
}
