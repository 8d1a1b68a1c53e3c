import { HeldBytes, P11, mechanismWith, type Mechanism } from './cryptoki.ts';
import type { StoredKey } from './stored-key.ts';
import type { Token } from './token.ts';

const TAG_LENGTH = 16;

/** AES-256-GCM under a key in the token: ciphertext ‖ tag (16). An `iv` must never serve one key twice. */
export async function gcmEncrypt(
  token: Token,
  key: StoredKey,
  iv: Uint8Array,
  context: Uint8Array,
  plain: Uint8Array,
): Promise<Uint8Array> {
  const held = new HeldBytes(plain);
  try {
    return await token.inSession(async ({ cryptoki, session, handleOf }) => {
      const mechanism = gcm(iv, context);
      cryptoki.C_EncryptInit(session, mechanism, await handleOf(key));
      const out = Buffer.alloc(plain.length + TAG_LENGTH);
      return new Uint8Array(await cryptoki.C_EncryptAsync(session, held.bytes, out));
    });
  } finally {
    held.release();
  }
}

/** The way back; the token refuses what was changed, or sealed in another context. */
export async function gcmDecrypt(
  token: Token,
  key: StoredKey,
  iv: Uint8Array,
  context: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  const held = new HeldBytes(sealed);
  try {
    return await token.inSession(async ({ cryptoki, session, handleOf }) => {
      const mechanism = gcm(iv, context);
      cryptoki.C_DecryptInit(session, mechanism, await handleOf(key));
      const out = Buffer.alloc(sealed.length);
      const plain = new Uint8Array(await cryptoki.C_DecryptAsync(session, held.bytes, out));
      out.fill(0);
      return plain;
    });
  } finally {
    held.release();
  }
}

function gcm(iv: Uint8Array, context: Uint8Array): Mechanism {
  return mechanismWith(P11.CKM_AES_GCM, {
    // The standard's structure with ulIvBits; NSS refuses the older one, SoftHSM takes both.
    type: P11.CK_PARAMS_AES_GCM_v240,
    iv: Buffer.from(iv),
    ivBits: iv.length * 8,
    aad: Buffer.from(context),
    tagBits: TAG_LENGTH * 8,
  });
}
