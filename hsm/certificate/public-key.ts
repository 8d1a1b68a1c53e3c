import { createPublicKey, type KeyObject } from 'node:crypto';
import { DerReader, Tag } from '../der/der.ts';
import { refuse } from './refusal.ts';
import { sameBytes } from './same-bytes.ts';
import type { KeyKind } from './signature.ts';

/** rsaEncryption with its NULL, and id-ecPublicKey with secp384r1: the only two that count. */
const RSA_ENCRYPTION = Buffer.from('300d06092a864886f70d0101010500', 'hex');
const EC_P384 = Buffer.from('301006072a8648ce3d020106052b81040022', 'hex');

const SMALLEST_RSA_BITS = 2048;
const LARGEST_RSA_BITS = 4096;
const P384_POINT_LENGTH = 97;

/** A key as a certificate carries it. */
export interface SubjectKey {
  readonly keyKind: KeyKind;
  readonly publicKey: KeyObject;
  /** The SubjectPublicKeyInfo with its header. */
  readonly spki: Uint8Array;
}

/** Reads a SubjectPublicKeyInfo; refuses every key that does not count. */
export function readSubjectKey(reader: DerReader): SubjectKey {
  const start = reader.position;
  const outside = reader.open(Tag.sequence);
  const algorithm = reader.whole(Tag.sequence);
  const key = reader.bitString();
  reader.close(outside);
  const spki = reader.bytes.subarray(start, reader.position);
  if (sameBytes(algorithm, RSA_ENCRYPTION)) return { keyKind: 'rsa', publicKey: rsaKey(key), spki };
  if (sameBytes(algorithm, EC_P384)) return { keyKind: 'p384', publicKey: p384Key(key, spki), spki };
  return refuse('unsupported-key');
}

function rsaKey(key: Uint8Array): KeyObject {
  const reader = new DerReader(key);
  const outside = reader.open(Tag.sequence);
  const modulus = reader.integer();
  const exponent = reader.integer();
  reader.close(outside);
  reader.done();
  // The sign bit makes a negative modulus; a positive one of full length has a 00 before it.
  const negative = (modulus[0] ?? 0) >= 0x80;
  const magnitude = modulus[0] === 0 ? modulus.subarray(1) : modulus;
  const bits = magnitude.length * 8 - (Math.clz32(magnitude[0] ?? 0) - 24);
  const odd = ((modulus.at(-1) ?? 0) & 1) === 1;
  const f4 = exponent.length === 3 && exponent[0] === 1 && exponent[1] === 0 && exponent[2] === 1;
  if (negative || !odd || !f4 || bits < SMALLEST_RSA_BITS || bits > LARGEST_RSA_BITS)
    refuse('unsupported-key');
  // From PKCS#1, not from the SPKI around it: OpenSSL 3 takes 3 µs instead of 120 for the same key.
  return keyFrom(key, 'pkcs1');
}

function p384Key(point: Uint8Array, spki: Uint8Array): KeyObject {
  if (point.length !== P384_POINT_LENGTH || point[0] !== 0x04) refuse('unsupported-key');
  // OpenSSL refuses coordinates out of the field and points off the curve.
  return keyFrom(spki, 'spki');
}

function keyFrom(bytes: Uint8Array, type: 'pkcs1' | 'spki'): KeyObject {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return createPublicKey({ key, format: 'der', type });
  } catch (cause) {
    return refuse('unsupported-key', { cause });
  }
}
