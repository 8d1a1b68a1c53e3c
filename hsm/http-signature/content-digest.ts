import { createHash, webcrypto } from 'node:crypto';
import { HttpSignatureError } from './http-signature-error.ts';

const field = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/**
 * The Content-Digest of a body (RFC 9530), with SHA-256 and nothing else.
 *
 * @example
 * contentDigest(Buffer.from('{"hello": "world"}')) // 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:'
 */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** The same, worked out beside this thread: a body may be a whole day's journal. */
export async function contentDigestAside(body: Uint8Array): Promise<string> {
  const digest = await webcrypto.subtle.digest('SHA-256', body);
  return `sha-256=:${Buffer.from(digest).toString('base64')}:`;
}

/** Refuses a field value that no body's digest looks like, before a body is read for it. */
export function checkDigestForm(value: string): void {
  const [, encoded = ''] = field.exec(value) ?? [];
  if (encoded !== '' && Buffer.from(encoded, 'base64').toString('base64') === encoded) return;
  throw new HttpSignatureError(
    'malformed',
    'The Content-Digest is not one SHA-256 as RFC 9530 writes it; send that.',
  );
}
