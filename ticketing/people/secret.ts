import { createHash, randomBytes } from 'node:crypto';

/** A new secret for a link or a cookie: 256 bits, as text. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What the store keeps of a secret: who reads the database gets in nowhere. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
