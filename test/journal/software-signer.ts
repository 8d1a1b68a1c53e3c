import { generateKeyPairSync, sign } from 'node:crypto';
import type { Signer } from '../../hsm/keys/signer.ts';

/** A P-256 signer without a token, for tests in which the token is not what is tested. */
export function softwareSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    publicKey: Uint8Array.from(spki.subarray(-65)),
    sign: (message) =>
      Promise.resolve(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}
