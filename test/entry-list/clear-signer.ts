import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import type { Signer } from '../../hsm/keys/signer.ts';
import { p256PointOfSpki } from '../../hsm/seal/p256-signature.ts';
import { verifyKey, type VerifyKey } from '../../hsm/seal/seal.ts';

/** A list-signing key in clear, for tests. */
export interface ClearSigner extends Signer {
  readonly verifyKeys: readonly VerifyKey[];
}

export function clearSigner(): ClearSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = p256PointOfSpki(publicKey.export({ format: 'der', type: 'spki' }));
  return {
    publicKey: point,
    verifyKeys: [verifyKey(point)],
    sign: (message) => Promise.resolve(signWith(privateKey, message)),
  };
}

/** A signer of a known scalar whose signatures are always the same (RFC 6979): for files that are kept. */
export function steadySigner(scalar: Uint8Array): ClearSigner {
  const point = p256.getPublicKey(scalar, false);
  return {
    publicKey: point,
    verifyKeys: [verifyKey(point)],
    sign: (message) => Promise.resolve(p256.sign(message, scalar, { lowS: false })),
  };
}

function signWith(key: KeyObject, message: Uint8Array): Uint8Array {
  return sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
}
