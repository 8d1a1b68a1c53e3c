import type { KeyObject } from 'node:crypto';
import { requireKept } from '../token/check-token.ts';
import { findKeys, findOneKey, publicKeyOf } from '../token/find-key.ts';
import { makeEcKeyPair } from '../token/make-key.ts';
import { requireMechanisms } from '../token/mechanisms.ts';
import { ecdsaSignature } from '../token/sign.ts';
import type { Token } from '../token/token.ts';
import { KeyError } from './key-error.ts';
import { KEY_LABELS } from './labels.ts';
import type { Signer } from './signer.ts';
import type { Custody } from './custody.ts';

/** The P-256 keys that sign for a whole program. */
export type SignerRole = 'gate-identity' | 'list-signing';

/** Makes the key of that role; a token holds one of each. */
export async function makeSigner(
  token: Token,
  role: SignerRole,
  custody: Custody = 'tried',
): Promise<Signer> {
  await requireMechanisms(token, role);
  await refuseSecond(token, KEY_LABELS[role]);
  const key = await makeEcKeyPair(token, { label: KEY_LABELS[role], curve: 'P-256' });
  if (custody === 'tried') await requireKept(token, key, false);
  return openSigner(token, role);
}

/**
 * Opens the key of that role for signing.
 *
 * @example
 * const identity = await openSigner(token, 'gate-identity');
 * const signature = await identity.sign(checkpoint);
 */
export async function openSigner(token: Token, role: SignerRole): Promise<Signer> {
  await requireMechanisms(token, role);
  const key = await findOneKey(token, 'private', KEY_LABELS[role]);
  const publicKey = pointOf(await publicKeyOf(token, key));
  token.rely(key);
  return { publicKey, sign: (message) => ecdsaSignature(token, key, 'sha256', message) };
}

/** A token holds one key of a kind: a second would leave it open which one is meant. */
export async function refuseSecond(token: Token, label: string): Promise<void> {
  const found = [...(await findKeys(token, 'private', label)), ...(await findKeys(token, 'secret', label))];
  if (found.length === 0) return;
  throw new KeyError(
    'key-exists',
    `The token "${token.label}" holds the key "${label}" already. Use it, or destroy it first.`,
  );
}

function pointOf(publicKey: KeyObject): Uint8Array {
  const { x, y } = publicKey.export({ format: 'jwk' });
  return Uint8Array.from([4, ...Buffer.from(x ?? '', 'base64url'), ...Buffer.from(y ?? '', 'base64url')]);
}
