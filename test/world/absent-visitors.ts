import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import type { Entry } from '../../ticketing/entry-list/entry-record.ts';

/**
 * Entries of visitors whose cards are nowhere here: they make a list as long as a hall's. Hashes are random,
 * as those of real cards look; one key stands in for all of theirs, since nobody comes to use it.
 */
export function absentEntries(count: number, pinned: boolean): Entry[] {
  if (count === 0) return [];
  const publicKey = pinned ? someRsaKey() : undefined;
  return Array.from({ length: count }, (_, index) => ({
    serialHash: randomBytes(32),
    ticketHash: randomBytes(32),
    record: {
      ticket: `A-${String(index + 1).padStart(7, '0')}`,
      seat: `2階 ${1 + Math.floor(index / 60)}列 ${1 + (index % 60)}番`,
      category: 'A',
      ...(publicKey === undefined ? {} : { publicKey }),
    },
  }));
}

/** The public key of a certificate, as a binding in person pins it. */
export function publicKeyIn(certificate: Uint8Array): Uint8Array {
  const { publicKey } = new X509Certificate(certificate);
  return Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }));
}

function someRsaKey(): Uint8Array {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }));
}
