// What every signed object of the sandbox's PKI shares: algorithm identifiers, the signature, key ids.
import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import * as der from '../encoding/der.ts';

const sha256WithRsa = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing());
const ecdsaWithSha384 = der.sequence(der.oid('1.2.840.10045.4.3.3'));

/** `SEQUENCE { tbs, algorithm, signature }`: a certificate, a CRL, the inside of an OCSP answer. */
export function signed(privateKey: KeyObject, tbs: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array {
  return der.sequence(
    tbs,
    signatureAlgorithm(privateKey),
    der.bitString(signatureOver(privateKey, tbs)),
    ...more,
  );
}

/** sha256WithRSAEncryption for an RSA key, ecdsa-with-SHA384 for one on P-384. */
export function signatureAlgorithm(key: KeyObject): Uint8Array {
  return key.asymmetricKeyType === 'rsa' ? sha256WithRsa : ecdsaWithSha384;
}

function signatureOver(privateKey: KeyObject, bytes: Uint8Array): Uint8Array {
  return sign(privateKey.asymmetricKeyType === 'rsa' ? 'sha256' : 'sha384', bytes, privateKey);
}

export function spkiOf(key: KeyObject): Uint8Array {
  return publicOf(key).export({ type: 'spki', format: 'der' });
}

/** The BIT STRING of the SPKI: what key ids and OCSP's key hash are made of. */
export function keyBits(key: KeyObject): Uint8Array {
  const known = publicOf(key);
  if (known.asymmetricKeyType === 'rsa') return known.export({ type: 'pkcs1', format: 'der' });
  const point = 97; // an uncompressed point of P-384 ends its SPKI
  return spkiOf(known).subarray(-point);
}

/** RFC 5280's first way: SHA-1 of the key's bits. */
export function keyIdOf(key: KeyObject): Uint8Array {
  return createHash('sha1').update(keyBits(key)).digest();
}

export function publicOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

/** One X.509 extension; `critical` is written only where it is true, as DER wants. */
export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octetString(value));
}
