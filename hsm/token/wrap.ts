import { constants, publicEncrypt, randomBytes, type KeyObject } from 'node:crypto';
import {
  HeldBytes,
  P11,
  attribute,
  mechanismWith,
  returnValueOf,
  type Handle,
  type Mechanism,
  type Template,
} from './cryptoki.ts';
import type { At } from './connection.ts';
import { newId, secretTemplate } from './make-key.ts';
import { CKM_AES_KEY_WRAP_KWP, mechanismsHad } from './mechanisms.ts';
import type { SessionKey, StoredKey } from './stored-key.ts';
import type { Token } from './token.ts';
import { TokenError } from './token-error.ts';

/** NSS wants the public point with an unwrapped EC key, under an attribute of its own. */
const CKA_NSS_DB = 0xd5a0db00;

/** How a secret was wrapped, so that the other token can be asked for the same. */
export type OaepHash = 'sha256' | 'sha1';

/** CKZ_DATA_SPECIFIED: with no data, the empty label. The binding does not name it. */
const CKZ_DATA_SPECIFIED = 1;

const OAEP: Readonly<Record<OaepHash, Mechanism>> = {
  sha256: oaep(P11.CKM_SHA256, P11.CKG_MGF1_SHA256),
  // In OAEP, SHA-1's broken collision resistance is not relied on.
  sha1: oaep(P11.CKM_SHA_1, P11.CKG_MGF1_SHA1),
};

/**
 * Wraps a secret of `token` to an RSA key of another token: RSA-OAEP with SHA-256 where this module can,
 * else with SHA-1 (SoftHSM 2.6 can no other). The secret never leaves the module in clear.
 *
 * @example
 * const { hash, wrapped } = await wrapSecret(ticketingToken, eventKey, gateTransportPublicKey, ['sha256', 'sha1']);
 */
export async function wrapSecret(
  token: Token,
  secret: StoredKey,
  recipient: KeyObject,
  hashes: readonly OaepHash[],
): Promise<{ hash: OaepHash; wrapped: Uint8Array }> {
  const template = wrappingTemplate(recipient);
  return token.inSession(async ({ cryptoki, session, handleOf }) => {
    const secretHandle = await handleOf(secret);
    const recipientHandle = cryptoki.C_CreateObject(session, template);
    try {
      let refusal: unknown;
      for (const hash of hashes) {
        try {
          const wrapped = await cryptoki.C_WrapKeyAsync(
            session,
            OAEP[hash],
            recipientHandle,
            secretHandle,
            Buffer.alloc(256),
          );
          return { hash, wrapped: new Uint8Array(wrapped) };
        } catch (error) {
          refusal = error;
        }
      }
      throw refusal;
    } finally {
      cryptoki.C_DestroyObject(session, recipientHandle);
    }
  });
}

/**
 * A secret that was wrapped to `transport`, as a key for HMACs that lives in the connection alone:
 * sensitive, not extractable, unwrapped anew whenever the token comes back.
 */
export function unwrappedMacKey(transport: StoredKey, wrapped: Uint8Array, hash: OaepHash): SessionKey {
  return {
    kind: 'session',
    make: (at) =>
      unwrap(at, OAEP[hash], transport, wrapped, [
        attribute(P11.CKA_CLASS, P11.CKO_SECRET_KEY),
        attribute(P11.CKA_KEY_TYPE, P11.CKK_GENERIC_SECRET),
        ...secretTemplate({ label: 'kazasu/unwrapped', temporary: true }, newId()),
        attribute(P11.CKA_SIGN, true),
      ]),
  };
}

/** Which of the hashes the token unwraps with, found out by trying; the better first. */
export async function unwrappingHashes(
  token: Token,
  transport: StoredKey,
  publicKey: KeyObject,
): Promise<OaepHash[]> {
  const able: OaepHash[] = [];
  for (const hash of ['sha256', 'sha1'] as const) {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const wrapped = publicEncrypt({ key: publicKey, padding, oaepHash: hash }, randomBytes(32));
    try {
      await token.atHome(async (at) => {
        const handle = await unwrappedMacKey(transport, wrapped, hash).make(at);
        at.cryptoki.C_DestroyObject(at.session, handle);
      });
      able.push(hash);
    } catch (error) {
      if (!(error instanceof TokenError) || error.code !== 'token-refused') throw error;
    }
  }
  return able;
}

/** A private key in transit: under a one-time AES key, and that to the recipient's RSA key. */
export interface WrappedPrivateKey {
  readonly hash: OaepHash;
  readonly wrappedKek: Uint8Array;
  readonly wrappedKey: Uint8Array;
}

/** Wraps a private key, made extractable for it, to another token: AES key wrap (RFC 5649) under a key that serves once. */
export async function wrapPrivateKey(
  token: Token,
  key: StoredKey,
  kek: StoredKey,
  recipient: KeyObject,
  hashes: readonly OaepHash[],
): Promise<WrappedPrivateKey> {
  const mechanism = await paddedKeyWrap(token);
  const wrappedKey = await token.inSession(async ({ cryptoki, session, handleOf }) => {
    const wrapped = await cryptoki.C_WrapKeyAsync(
      session,
      mechanism,
      await handleOf(kek),
      await handleOf(key),
      Buffer.alloc(4096),
    );
    return new Uint8Array(wrapped);
  });
  const { hash, wrapped } = await wrapSecret(token, kek, recipient, hashes);
  return { hash, wrappedKek: wrapped, wrappedKey };
}

/** Takes a private key that was wrapped to `transport` into this token, where it stays: not extractable. */
export async function unwrapPrivateKey(
  token: Token,
  transport: StoredKey,
  wrapped: WrappedPrivateKey,
  as: { readonly label: string; readonly publicKey: KeyObject },
): Promise<StoredKey> {
  const mechanism = await paddedKeyWrap(token);
  const id = newId();
  const rsa = as.publicKey.asymmetricKeyType === 'rsa';
  await token.atHome(async (at) => {
    const kek = await unwrap(at, OAEP[wrapped.hash], transport, wrapped.wrappedKek, [
      attribute(P11.CKA_CLASS, P11.CKO_SECRET_KEY),
      attribute(P11.CKA_KEY_TYPE, P11.CKK_AES),
      ...secretTemplate({ label: 'kazasu/unwrapped', temporary: true }, newId()),
      attribute(P11.CKA_UNWRAP, true),
    ]);
    try {
      const template = [
        attribute(P11.CKA_CLASS, P11.CKO_PRIVATE_KEY),
        attribute(P11.CKA_KEY_TYPE, rsa ? P11.CKK_RSA : P11.CKK_EC),
        ...secretTemplate({ label: as.label }, id),
        attribute(P11.CKA_SIGN, true),
      ];
      try {
        await unwrap(at, mechanism, kek, wrapped.wrappedKey, template);
      } catch (error) {
        if (returnValueOf(error) !== 'CKR_TEMPLATE_INCOMPLETE') throw error;
        const more = attribute(CKA_NSS_DB, pointOf(as.publicKey));
        await unwrap(at, mechanism, kek, wrapped.wrappedKey, [...template, more]);
      }
    } finally {
      at.cryptoki.C_DestroyObject(at.session, kek);
    }
    at.cryptoki.C_CreateObject(at.session, [
      attribute(P11.CKA_TOKEN, true),
      attribute(P11.CKA_PRIVATE, false),
      attribute(P11.CKA_LABEL, as.label),
      attribute(P11.CKA_ID, Buffer.from(id, 'hex')),
      ...publicTemplate(as.publicKey),
      attribute(P11.CKA_VERIFY, true),
    ]);
  });
  return { kind: 'private', label: as.label, id };
}

/** RFC 5649 goes by two names; where a module has both, only the newer is sure to mean it. */
async function paddedKeyWrap(token: Token): Promise<Mechanism> {
  const had = await mechanismsHad(token, [CKM_AES_KEY_WRAP_KWP, P11.CKM_AES_KEY_WRAP_PAD]);
  const mechanism = had.has(CKM_AES_KEY_WRAP_KWP) ? CKM_AES_KEY_WRAP_KWP : P11.CKM_AES_KEY_WRAP_PAD;
  return { mechanism };
}

async function unwrap(
  at: At,
  mechanism: Mechanism,
  unwrapping: StoredKey | Handle,
  wrapped: Uint8Array,
  template: Template,
): Promise<Handle> {
  const handle = unwrapping instanceof Uint8Array ? unwrapping : await at.handleOf(unwrapping);
  const held = new HeldBytes(wrapped);
  try {
    return await at.cryptoki.C_UnwrapKeyAsync(at.session, mechanism, handle, held.bytes, template);
  } finally {
    held.release();
  }
}

/** A public RSA key as a session object that wraps. */
export function wrappingTemplate(recipient: KeyObject): Template {
  const details = recipient.asymmetricKeyDetails;
  if (recipient.asymmetricKeyType !== 'rsa' || details?.modulusLength !== 2048)
    throw new TokenError('malformed', 'Keys are wrapped to RSA-2048 transport keys, and this is not one.');
  return [
    attribute(P11.CKA_TOKEN, false),
    attribute(P11.CKA_PRIVATE, false),
    ...publicTemplate(recipient),
    attribute(P11.CKA_WRAP, true),
  ];
}

function pointOf(publicKey: KeyObject): Buffer {
  const { x, y } = publicKey.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from([4]),
    Buffer.from(x ?? '', 'base64url'),
    Buffer.from(y ?? '', 'base64url'),
  ]);
}

function publicTemplate(publicKey: KeyObject): Template {
  const jwk = publicKey.export({ format: 'jwk' });
  const part = (name: string | undefined): Buffer => Buffer.from(name ?? '', 'base64url');
  if (jwk.kty === 'RSA')
    return [
      attribute(P11.CKA_CLASS, P11.CKO_PUBLIC_KEY),
      attribute(P11.CKA_KEY_TYPE, P11.CKK_RSA),
      attribute(P11.CKA_MODULUS, part(jwk.n)),
      attribute(P11.CKA_PUBLIC_EXPONENT, part(jwk.e)),
    ];
  const point = pointOf(publicKey);
  const curve = jwk.crv === 'P-256' ? '06082a8648ce3d030107' : '06052b81040022';
  return [
    attribute(P11.CKA_CLASS, P11.CKO_PUBLIC_KEY),
    attribute(P11.CKA_KEY_TYPE, P11.CKK_EC),
    attribute(P11.CKA_EC_PARAMS, Buffer.from(curve, 'hex')),
    attribute(P11.CKA_EC_POINT, Buffer.concat([Buffer.from([4, point.length]), point])),
  ];
}

function oaep(hashAlg: number, mgf: number): Mechanism {
  return mechanismWith(P11.CKM_RSA_PKCS_OAEP, {
    type: P11.CK_PARAMS_RSA_OAEP,
    hashAlg,
    mgf,
    source: CKZ_DATA_SPECIFIED,
  });
}
