import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { CardCredential, CardHolder } from './card-contents.ts';
import type { TerminalTrust } from './terminal-authentication.ts';

/** What tests of the card alone make cards from: real keys, and bytes in place of certificates. */
export interface CardMaterial {
  readonly holder: CardHolder & { readonly signature: CardCredential };
  /** J-LIS's key for terminal certificates, both halves, and how the card knows it. */
  readonly rootKey: KeyObject;
  readonly terminalRoot: TerminalTrust;
  /** A terminal's key, both halves. */
  readonly terminalKey: KeyObject;
}

/** A card never looks into its certificates, so any bytes of their size will do. */
export function cardMaterial(kind: 'rsa' | 'ec', reference: Uint8Array): CardMaterial {
  const root = keyPair(kind);
  return {
    holder: { authentication: credential(kind, 1500), signature: credential(kind, 1700) },
    rootKey: root.privateKey,
    terminalRoot: { publicKey: root.publicKey, keyId: reference },
    terminalKey: keyPair(kind).privateKey,
  };
}

/** A key id of 16 bytes in the shape of today's cards. */
export const sandboxKeyId: Uint8Array = Buffer.from('0000001\x08\x05001\0\0\0\0', 'latin1');

export function keyPair(kind: 'rsa' | 'ec'): { publicKey: KeyObject; privateKey: KeyObject } {
  return kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-384' });
}

function credential(kind: 'rsa' | 'ec', size: number): CardCredential {
  return {
    certificate: Uint8Array.from(randomBytes(size)),
    privateKey: keyPair(kind).privateKey,
    caCertificate: Uint8Array.from(randomBytes(1304)),
  };
}
