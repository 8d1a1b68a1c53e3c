import { randomBytes } from 'node:crypto';
import { keyFingerprint } from '../keys/transport-key.ts';
import type { Signer } from '../keys/signer.ts';
import { p256PublicKey } from '../seal/p256-signature.ts';
import { contentDigestAside } from './content-digest.ts';
import { HttpSignatureError } from './http-signature-error.ts';
import { signatureBase, verifiesBase } from './signature-base.ts';
import { writeParams } from './signature-params.ts';
import { componentsOf, coveredAlways, coveredWithBody } from './signed-request.ts';

/** How long a signature holds: no longer than a receiver takes one for. */
export const longestValidity = 300;

export interface RequestToSign {
  readonly method: string;
  readonly url: string;
  readonly body?: Uint8Array;
}

/** The name under which a signature names its key: SHA-256 of the SPKI, as people compare keys too. */
export function signingKeyId(publicKey: Uint8Array): string {
  return Buffer.from(keyFingerprint(p256PublicKey(publicKey))).toString('hex');
}

/**
 * Signs a request as RFC 9421 says, with ECDSA on P-256: method, host, path, query and the digest of the
 * body, for five minutes and once. Answers the fields to send with it.
 *
 * @example
 * const headers = await signRequest({ method: 'POST', url, body }, identity, { now: Date.now() });
 * await fetch(url, { method: 'POST', body, headers });
 */
export async function signRequest(
  { method, url, body }: RequestToSign,
  signer: Signer,
  { now }: { readonly now: number },
): Promise<Record<string, string>> {
  const headers: Record<string, string> =
    body === undefined ? {} : { 'content-digest': await contentDigestAside(body) };
  const covered = body === undefined ? coveredAlways : [...coveredAlways, coveredWithBody];
  const created = Math.floor(now / 1000);
  const params = writeParams({
    covered,
    created,
    expires: created + longestValidity,
    nonce: randomBytes(18).toString('base64url'),
    keyId: signingKeyId(signer.publicKey),
  });
  const base = signatureBase(componentsOf({ method, url, headers: new Headers(headers) }, covered), params);
  const signature = await signer.sign(Buffer.from(base));
  if (!verifiesBase(base, signature, p256PublicKey(signer.publicKey))) {
    throw new HttpSignatureError(
      'cannot-sign',
      "The signer's signature does not fit its public key; check the HSM.",
    );
  }
  return {
    ...headers,
    'signature-input': `gate=${params}`,
    signature: `gate=:${Buffer.from(signature).toString('base64')}:`,
  };
}
