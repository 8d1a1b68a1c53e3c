import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { SealError } from './seal-error.ts';

const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const spkiHead = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/** A P-256 public key, for node's crypto, from its uncompressed point. Refuses what is not on the curve. */
export function p256PublicKey(point: Uint8Array): KeyObject {
  if (point.length !== 65 || point[0] !== 0x04) {
    throw new SealError('bad-key', 'A P-256 key is an uncompressed point of 65 bytes; give such a one.');
  }
  try {
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((each) =>
      Buffer.from(each).toString('base64url'),
    );
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
  } catch (cause) {
    throw new SealError('bad-key', 'The key is not a point on P-256; give the right key.', { cause });
  }
}

/** The DER SubjectPublicKeyInfo of a P-256 point. */
export function p256Spki(point: Uint8Array): Uint8Array {
  return Buffer.concat([spkiHead, point]);
}

/** The point in the DER SubjectPublicKeyInfo of a P-256 key. */
export function p256PointOfSpki(spki: Uint8Array): Uint8Array {
  const head = spki.subarray(0, spkiHead.length);
  if (spki.length !== spkiHead.length + 65 || Buffer.compare(head, spkiHead) !== 0) {
    throw new SealError('bad-key', 'The key is not a P-256 public key; give the right key.');
  }
  return Uint8Array.from(spki.subarray(spkiHead.length));
}

/**
 * Whether r‖s is this key's signature over the message: ECDSA, P-256, SHA-256.
 *
 * Of the two values of s that would both verify only the low one counts, here and in what we write: so a
 * sealed object has one form, and a digest of its bytes names it. Nobody can make a second valid one
 * without the key.
 */
export function verifyP256(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const { r, s } = split(signature);
  if (r <= 0n || r >= groupOrder || s <= 0n || s > groupOrder / 2n) return false;
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** The same signature with the low s. HSMs answer with either. */
export function withLowS(signature: Uint8Array): Uint8Array {
  if (signature.length !== 64) {
    throw new SealError('bad-key', 'The signer did not answer with r‖s of 64 bytes; check the HSM.');
  }
  const { s } = split(signature);
  if (s <= groupOrder / 2n) return Uint8Array.from(signature);
  return Buffer.concat([signature.subarray(0, 32), toBytes(groupOrder - s)]);
}

/** r‖s as the DER that ASN.1 peers speak. */
export function signatureToDer(signature: Uint8Array): Uint8Array {
  const integers = [signature.subarray(0, 32), signature.subarray(32)].map(derInteger);
  const body = Buffer.concat(integers);
  return Buffer.concat([Uint8Array.of(0x30, body.length), body]);
}

/** The r‖s in DER, or undefined where the bytes are not the one DER of two positive numbers of this size. */
export function signatureFromDer(der: Uint8Array): Uint8Array | undefined {
  if (der.length < 8 || der.length > 72) return undefined;
  const rLength = der[3] ?? 0;
  const r = der.subarray(4, 4 + rLength);
  const s = der.subarray(6 + rLength);
  const plain = Buffer.concat([lastBytes(r), lastBytes(s)]);
  // DER has one form: what writes back to the same bytes was right.
  return Buffer.compare(signatureToDer(plain), der) === 0 ? plain : undefined;
}

function split(signature: Uint8Array): { r: bigint; s: bigint } {
  const hex = Buffer.from(signature).toString('hex');
  return { r: BigInt(`0x${hex.slice(0, 64)}`), s: BigInt(`0x${hex.slice(64)}`) };
}

function toBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function derInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const minimal = bytes.subarray(start);
  const sign = (minimal[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : Uint8Array.of();
  return Buffer.concat([Uint8Array.of(0x02, minimal.length + sign.length), sign, minimal]);
}

function lastBytes(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  const kept = bytes.subarray(Math.max(0, bytes.length - 32));
  out.set(kept, 32 - kept.length);
  return out;
}
