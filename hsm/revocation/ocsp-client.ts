import { randomBytes } from 'node:crypto';
import type { Root } from '../certificate/root.ts';
import { checkOcspAnswer } from './ocsp-answer.ts';
import { certIdOf, type CertIdHash, writeOcspRequest } from './ocsp-request.ts';
import { LONGEST_RESPONSE } from './ocsp-response.ts';
import type { Revocation } from './revocation.ts';
import { refuseRevocation } from './revocation-error.ts';
import type { RevocationPolicy } from './revocation-policy.ts';

export interface OcspClientOptions {
  readonly url: string;
  /** Default SHA-256. */
  readonly hash?: CertIdHash;
  /** How long to wait for an answer, in milliseconds; default 5,000. */
  readonly timeout?: number;
  readonly policy?: RevocationPolicy;
}

const NONCE_LENGTH = 32;

/**
 * Asks an OCSP responder about one certificate at a time.
 *
 * @example
 * const client = new OcspClient({ url: 'http://127.0.0.1:8080/ocsp' });
 * const revocation = await client.check(certificate.serial, root, new Date());
 */
export class OcspClient {
  readonly #options: OcspClientOptions;

  constructor(options: OcspClientOptions) {
    this.#options = options;
  }

  /** What the responder says of this serial; a `RevocationError` where nothing it said counts. */
  async check(serial: Uint8Array, root: Root, at: Date): Promise<Revocation> {
    const { hash = 'sha256', policy } = this.#options;
    const id = certIdOf(root, serial, hash);
    const nonce = randomBytes(NONCE_LENGTH);
    const answer = await this.#send(writeOcspRequest(id, nonce));
    return checkOcspAnswer(answer, { id, root, nonce, at, ...(policy === undefined ? {} : { policy }) });
  }

  async #send(request: Uint8Array): Promise<Uint8Array> {
    const { url, timeout = 5000 } = this.#options;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
        body: Buffer.from(request),
        redirect: 'error',
        signal: AbortSignal.timeout(timeout),
      });
      if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
      return await readAll(response.body);
    } catch (cause) {
      return refuseRevocation('not-answered', { cause });
    }
  }
}

/** The body, or as much more than an answer may have as shows that it is too long. */
async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_RESPONSE) break;
  }
  return Buffer.concat(chunks);
}
