import { p256PublicKey } from '../seal/p256-signature.ts';
import { checkDigestForm, contentDigest } from './content-digest.ts';
import { HttpSignatureError } from './http-signature-error.ts';
import type { UsedNonce } from './nonce-memory.ts';
import { longestValidity, signingKeyId } from './sign-request.ts';
import { signatureBase, verifiesBase } from './signature-base.ts';
import { readParams, readSignature, type ReadParams } from './signature-params.ts';
import { componentsOf, coveredAlways, coveredWithBody, type RequestHead } from './signed-request.ts';

type Eventually<T> = T | Promise<T>;

export interface VerifyRequestOptions {
  /** The key of that fingerprint, a point of 65 bytes, where it is known here. */
  readonly keyOf: (keyId: string) => Eventually<Uint8Array | undefined>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Takes note of a nonce; whether this was its first use. Asked only of signatures that hold. */
  readonly useNonce: (used: UsedNonce, nowInSeconds: number) => Eventually<boolean>;
  /** How far ahead the signer's clock may be, in seconds. */
  readonly clockAhead?: number;
}

/** A request whose head is believed; its body is once `requireBody` took it. */
export interface VerifiedRequest {
  readonly keyId: string;
  /** Gives the body back where it is the one that was signed for; throws `wrong-body` otherwise. */
  readonly requireBody: (body: Uint8Array) => Uint8Array;
}

/**
 * Verifies a signed request: that it is of a known key, made for this address, now, for the first time.
 * Nothing of the body is needed for that, so that nobody unknown has a long one read.
 *
 * @example
 * const { keyId, requireBody } = await verifyRequest({ method, url, headers }, { keyOf, now: Date.now(), useNonce });
 * const body = requireBody(await readBody(request, limit));
 */
export async function verifyRequest(
  head: RequestHead,
  options: VerifyRequestOptions,
): Promise<VerifiedRequest> {
  const params = readParams(head.headers.get('signature-input') ?? '');
  const signature = readSignature(head.headers.get('signature') ?? '', params.label);
  const digest = head.headers.get(coveredWithBody);
  checkCoverage(params, digest !== null);
  if (digest !== null) checkDigestForm(digest);
  const now = Math.floor(options.now / 1000);
  checkTimes(params, now, options.clockAhead ?? 60);
  const key = await options.keyOf(params.keyId);
  if (key === undefined || signingKeyId(key) !== params.keyId) {
    throw new HttpSignatureError(
      'unknown-key',
      'The key that signed the request is not known here; enrol the gate, or see whether it was revoked.',
    );
  }
  const base = signatureBase(componentsOf(head, params.covered), params.text);
  if (!verifiesBase(base, signature, p256PublicKey(key))) {
    throw new HttpSignatureError(
      'bad-signature',
      'The signature does not hold over this request; see whether a proxy changes host, path or query.',
    );
  }
  const { keyId, nonce, expires } = params;
  if (!(await options.useNonce({ keyId, nonce, expires }, now))) {
    throw new HttpSignatureError('replayed', 'This signed request came before; sign each one anew.');
  }
  return { keyId, requireBody: (body) => requireBody(body, digest) };
}

/** Exactly what must be covered, each once, nothing else: what is covered is what is believed. */
function checkCoverage({ covered }: ReadParams, hasDigest: boolean): void {
  const wanted: readonly string[] = hasDigest ? [...coveredAlways, coveredWithBody] : coveredAlways;
  if (covered.length === wanted.length && wanted.every((name) => covered.includes(name))) return;
  throw new HttpSignatureError(
    'wrong-coverage',
    `The signature must cover exactly ${wanted.join(', ')}; sign the request so.`,
  );
}

function checkTimes({ created, expires }: ReadParams, now: number, clockAhead: number): void {
  if (expires < created || expires - created > longestValidity) {
    throw new HttpSignatureError(
      'out-of-date',
      'The signature is to hold for too long; sign for five minutes.',
    );
  }
  if (created > now + clockAhead || now > expires) {
    throw new HttpSignatureError(
      'out-of-date',
      'The signature is not of now; set the clocks of both machines right.',
    );
  }
}

function requireBody(body: Uint8Array, digest: string | null): Uint8Array {
  if (digest === null ? body.length === 0 : contentDigest(body) === digest) return body;
  throw new HttpSignatureError(
    'wrong-body',
    'The body is not the one that was signed; send it with the Content-Digest that is signed.',
  );
}
