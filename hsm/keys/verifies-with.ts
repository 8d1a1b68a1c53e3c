import { verify, type KeyObject } from 'node:crypto';

/** Whether a terminal key's signature holds: PKCS#1 v1.5 with SHA-256, or r‖s with SHA-384. */
export function verifiesWith(publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return publicKey.asymmetricKeyType === 'rsa'
    ? verify('sha256', message, publicKey, signature)
    : verify('sha384', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}
