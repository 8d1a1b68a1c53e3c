import { hash as digestOf } from 'node:crypto';
import { HeldBytes, P11, type Mechanism } from './cryptoki.ts';
import { mechanismsHad } from './mechanisms.ts';
import type { StoredKey, TokenKey } from './stored-key.ts';
import type { Token } from './token.ts';

/** DigestInfo of a SHA-256 hash, up to the hash (RFC 8017, 9.2, note 1). */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** RSASSA-PKCS1-v1_5 with SHA-256, made by the token. */
export async function rsaSigner(
  token: Token,
  key: StoredKey,
): Promise<(message: Uint8Array) => Promise<Uint8Array>> {
  // CKM_RSA_PKCS sends 51 bytes to the token however long the message is; not every module has it.
  const bare = (await mechanismsHad(token, [P11.CKM_RSA_PKCS])).has(P11.CKM_RSA_PKCS);
  return (message) =>
    bare
      ? operate(token, key, { mechanism: P11.CKM_RSA_PKCS }, digestInfo(message), 256)
      : operate(token, key, { mechanism: P11.CKM_SHA256_RSA_PKCS }, message, 256);
}

/** ECDSA over a digest that is computed here, so that every module's CKM_ECDSA serves. r‖s. */
export async function ecdsaSignature(
  token: Token,
  key: StoredKey,
  hash: 'sha256' | 'sha384',
  message: Uint8Array,
): Promise<Uint8Array> {
  const size = hash === 'sha256' ? 64 : 96;
  const digest = digestOf(hash, message, 'buffer');
  return operate(token, key, { mechanism: P11.CKM_ECDSA }, digest, size);
}

/** HMAC-SHA-256 under a key in the token. */
export function hmacSha256(token: Token, key: TokenKey, message: Uint8Array): Promise<Uint8Array> {
  return operate(token, key, { mechanism: P11.CKM_SHA256_HMAC }, message, 32);
}

function digestInfo(message: Uint8Array): Buffer {
  return Buffer.concat([SHA256_DIGEST_INFO, digestOf('sha256', message, 'buffer')]);
}

async function operate(
  token: Token,
  key: TokenKey,
  mechanism: Mechanism,
  input: Uint8Array,
  size: number,
): Promise<Uint8Array> {
  const held = new HeldBytes(input);
  try {
    return await token.inSession(async ({ cryptoki, session, handleOf }) => {
      cryptoki.C_SignInit(session, mechanism, await handleOf(key));
      const signature = await cryptoki.C_SignAsync(session, held.bytes, Buffer.alloc(size));
      return new Uint8Array(signature);
    });
  } finally {
    held.release();
  }
}
