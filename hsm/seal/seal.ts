import { createHash } from 'node:crypto';
import type { Signer } from '../keys/signer.ts';
import { decodeCanonical, encodeCanonical } from './canonical-cbor.ts';
import { p256PublicKey, verifyP256, withLowS } from './p256-signature.ts';
import { SealError } from './seal-error.ts';

// RFC 9052: the labels of the protected header, the tag of COSE_Sign1, and ES256 of RFC 9053.
const labelAlgorithm = 1;
const labelContentType = 3;
const labelKeyId = 4;
const es256 = -7;
const tagCoseSign1 = 0xd2;

/** A public key whose seals are believed, under the id by which a seal names it. */
export interface VerifyKey {
  readonly keyId: Uint8Array;
  /** The uncompressed point on P-256, 65 bytes. */
  readonly publicKey: Uint8Array;
}

export interface SealOptions {
  /** What the payload is; a seal for one thing is never believed for another. */
  readonly contentType: string;
  /** Names the key; by default what `verifyKey` gives it. */
  readonly keyId?: Uint8Array;
}

export interface OpenSealOptions {
  readonly keys: readonly VerifyKey[];
  readonly contentType: string;
}

export interface Opened {
  /** Exactly the bytes that were sealed. */
  readonly payload: Uint8Array;
  readonly keyId: Uint8Array;
}

/** A key to verify with, under its usual id: the first 8 bytes of the SHA-256 of its point. */
export function verifyKey(publicKey: Uint8Array): VerifyKey {
  p256PublicKey(publicKey);
  return { keyId: keyIdOf(publicKey), publicKey };
}

/**
 * Seals bytes as a COSE_Sign1 (RFC 9052) with ES256. The payload is carried as it is and is what
 * `openSeal` gives back, so nothing is ever encoded a second time to be verified.
 *
 * @example
 * const sealed = await seal(payload, signer, { contentType: 'application/vnd.kazasu.entry-list' });
 * const { payload } = openSeal(sealed, { keys: [verifyKey(signer.publicKey)], contentType });
 */
export async function seal(payload: Uint8Array, signer: Signer, options: SealOptions): Promise<Uint8Array> {
  const keyId = options.keyId ?? keyIdOf(signer.publicKey);
  const header = encodeCanonical(
    new Map<number, unknown>([
      [labelAlgorithm, es256],
      [labelContentType, options.contentType],
      [labelKeyId, Uint8Array.from(keyId)],
    ]),
  );
  const message = toBeSigned(header, payload);
  const signature = withLowS(await signer.sign(message));
  if (!verifyP256(p256PublicKey(signer.publicKey), message, signature)) {
    throw new SealError('cannot-seal', "The signer's signature does not fit its public key; check the HSM.");
  }
  const object = encodeCanonical([header, new Map(), payload, signature]);
  return Buffer.concat([Uint8Array.of(tagCoseSign1), object]);
}

/** The payload of a sealed object, where one of the keys sealed it as this content type. Else throws. */
export function openSeal(bytes: Uint8Array, options: OpenSealOptions): Opened {
  const { header, payload, signature } = readObject(bytes);
  const { contentType, keyId } = readHeader(header);
  if (contentType !== options.contentType) {
    throw new SealError(
      'wrong-content-type',
      'The sealed object is of another kind than what is needed here; give the right file.',
    );
  }
  const key = options.keys.find((each) => Buffer.compare(each.keyId, keyId) === 0);
  if (key === undefined) {
    throw new SealError(
      'unknown-key',
      'The seal was made with a key that is not trusted here; check where it comes from, or configure that key.',
    );
  }
  if (!verifyP256(p256PublicKey(key.publicKey), toBeSigned(header, payload), signature)) {
    throw new SealError(
      'bad-signature',
      'The signature does not hold: the bytes were changed after they were sealed. Fetch them again.',
    );
  }
  return { payload, keyId };
}

function keyIdOf(publicKey: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(publicKey).digest().subarray(0, 8));
}

/** Sig_structure of RFC 9052, 4.4, without external data. */
function toBeSigned(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCanonical(['Signature1', header, new Uint8Array(), payload]);
}

function readObject(bytes: Uint8Array): { header: Uint8Array; payload: Uint8Array; signature: Uint8Array } {
  const object = bytes[0] === tagCoseSign1 ? decodeOrRefuse(bytes.subarray(1)) : undefined;
  if (!Array.isArray(object) || object.length !== 4) throw malformed();
  const [header, unprotected, payload, signature] = object as unknown[];
  if (!(header instanceof Uint8Array) || !(payload instanceof Uint8Array)) throw malformed();
  if (!(signature instanceof Uint8Array) || !(unprotected instanceof Map)) throw malformed();
  // Nothing may ride along unsigned.
  if (unprotected.size !== 0) throw malformed();
  return { header, payload, signature };
}

function readHeader(bytes: Uint8Array): { contentType: string; keyId: Uint8Array } {
  const header = decodeOrRefuse(bytes);
  if (!(header instanceof Map) || header.size !== 3) throw malformed();
  const contentType: unknown = header.get(labelContentType);
  const keyId: unknown = header.get(labelKeyId);
  if (header.get(labelAlgorithm) !== es256) throw malformed();
  if (typeof contentType !== 'string' || !(keyId instanceof Uint8Array)) throw malformed();
  return { contentType, keyId };
}

function decodeOrRefuse(bytes: Uint8Array): unknown {
  try {
    return decodeCanonical(bytes);
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): SealError {
  const sentence =
    'The bytes are not a sealed object of ours; check that the file is whole and the right one.';
  return new SealError('malformed', sentence, { cause });
}
