import { verify, type KeyObject } from 'node:crypto';
import { DerError, DerReader, Tag } from '../der/der.ts';
import { sameBytes } from './same-bytes.ts';

/** The kinds of key that count: RSA of 2048 to 4096 bits, and P-384. */
export type KeyKind = 'rsa' | 'p384';

/** A way to sign that counts, tied to the one kind of key it is for. */
export interface SignatureAlgorithm {
  readonly name: 'sha256WithRSAEncryption' | 'ecdsa-with-SHA384';
  readonly keyKind: KeyKind;
  readonly hash: 'sha256' | 'sha384';
  /** The AlgorithmIdentifier in its one right encoding: RSA with a NULL parameter, ECDSA without one. */
  readonly identifier: Uint8Array;
}

const ALGORITHMS: readonly SignatureAlgorithm[] = [
  {
    name: 'sha256WithRSAEncryption',
    keyKind: 'rsa',
    hash: 'sha256',
    identifier: Buffer.from('300d06092a864886f70d01010b0500', 'hex'),
  },
  {
    name: 'ecdsa-with-SHA384',
    keyKind: 'p384',
    hash: 'sha384',
    identifier: Buffer.from('300a06082a8648ce3d040303', 'hex'),
  },
];

/** The algorithm that an AlgorithmIdentifier (with its header) names, or nothing where it is none that counts. */
export function signatureAlgorithm(identifier: Uint8Array): SignatureAlgorithm | undefined {
  return ALGORITHMS.find((each) => sameBytes(each.identifier, identifier));
}

/** A key that may have signed, with its kind. */
export interface SigningKey {
  readonly keyKind: KeyKind;
  readonly publicKey: KeyObject;
}

/**
 * Whether `key` made this signature over `signed`. The algorithm must be the one for the key's kind, or an
 * attacker could have one kind of signature read as another; OpenSSL compares the whole PKCS#1 block with
 * the one right encoding, so nothing hides in its padding.
 */
export function isSignedBy(
  key: SigningKey,
  algorithm: SignatureAlgorithm,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key.keyKind !== algorithm.keyKind) return false;
  if (key.keyKind === 'p384' && !isEcdsaSignature(signature)) return false;
  return verify(algorithm.hash, signed, key.publicKey, signature);
}

/** `SEQUENCE { r, s }`, both positive and minimal: one signature has one form. */
export function isEcdsaSignature(signature: Uint8Array): boolean {
  try {
    const reader = new DerReader(signature);
    const outside = reader.open(Tag.sequence);
    reader.positiveInteger();
    reader.positiveInteger();
    reader.close(outside);
    reader.done();
    return true;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}
