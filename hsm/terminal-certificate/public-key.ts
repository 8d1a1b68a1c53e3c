import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { TerminalCertificateError } from './terminal-certificate-error.ts';

const POINT_LENGTH = 97;

/** An RSA public key from its numbers; only 2,048 to 4,096 bits with the exponent 65537 are taken. */
export function rsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): KeyObject {
  const exact = Buffer.from(exponent).equals(Buffer.from([1, 0, 1]));
  const [first = 0] = modulus;
  const last = modulus.at(-1) ?? 0;
  const bits = modulus.length * 8;
  if (!exact || first < 0x80 || last % 2 === 0 || bits < 2048 || bits > 4096) {
    throw wrongKey('an RSA key must have 2,048 to 4,096 bits, an odd modulus and the exponent 65537');
  }
  return keyOf({ kty: 'RSA', n: base64url(modulus), e: base64url(exponent) });
}

/** A P-384 public key from its uncompressed point; a point off the curve is refused. */
export function p384PublicKey(point: Uint8Array): KeyObject {
  if (point.length !== POINT_LENGTH || point[0] !== 0x04) {
    throw wrongKey('a P-384 key must be an uncompressed point of 97 bytes');
  }
  const x = base64url(point.subarray(1, 49));
  const y = base64url(point.subarray(49));
  return keyOf({ kty: 'EC', crv: 'P-384', x, y });
}

/** The modulus of an RSA key, without leading zeros. */
export function modulusOf(key: KeyObject): Uint8Array {
  const { n } = key.export({ format: 'jwk' });
  if (key.asymmetricKeyType !== 'rsa' || n === undefined) throw wrongKey('an RSA key is needed here');
  return Buffer.from(n, 'base64url');
}

/** The uncompressed point of a P-384 key. */
export function pointOf(key: KeyObject): Uint8Array {
  const { x, y, crv } = key.export({ format: 'jwk' });
  if (crv !== 'P-384' || x === undefined || y === undefined) throw wrongKey('a P-384 key is needed here');
  return Buffer.concat([Buffer.of(0x04), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

function keyOf(key: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch (cause) {
    throw wrongKey('its numbers make no key', cause);
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function wrongKey(what: string, cause?: unknown): TerminalCertificateError {
  return new TerminalCertificateError(
    'wrong-key',
    `The key in the terminal certificate cannot be used: ${what}. Ask the issuer for a new certificate.`,
    { cause },
  );
}
