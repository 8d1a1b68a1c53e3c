import type { KeyObject } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { keyFingerprint } from '../keys/transport-key.ts';

/** A moment as people may write it: ISO 8601, with its zone. */
export function instant(text: string): Date {
  const at = new Date(text);
  if (
    !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text) ||
    Number.isNaN(at.getTime())
  )
    throw new InvalidArgumentError('Write it as 2027-04-01T09:00:00+09:00, or with Z for UTC.');
  return at;
}

/** How people compare a public key: SHA-256 of its SPKI, in hexadecimal. */
export function fingerprintOf(publicKey: KeyObject): string {
  return Buffer.from(keyFingerprint(publicKey)).toString('hex');
}
