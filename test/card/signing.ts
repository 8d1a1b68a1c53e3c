import { constants, createHash, type KeyObject, privateEncrypt, randomBytes } from 'node:crypto';
import { p384 } from '@noble/curves/nist.js';

/** How a SIGN command's P1 says that its data is to be taken. */
interface SigningForm {
  readonly shortest: number;
  readonly longest: number;
  sign(key: KeyObject, data: Uint8Array): Uint8Array;
}

/** SIGN's P1 on an RSA-2048 key. */
const rsaForms: ReadonlyMap<number, SigningForm> = new Map([
  [0x00, { shortest: 1, longest: 245, sign: pkcs1 }],
  [0x01, { shortest: 1, longest: 255, sign: (key, message) => pkcs1(key, sha256(message)) }],
  [0x02, { shortest: 32, longest: 32, sign: (key, hash) => pkcs1(key, digestInfo(hash)) }],
  [0x03, { shortest: 1, longest: 255, sign: (key, message) => pkcs1(key, digestInfo(sha256(message))) }],
  [0x04, { shortest: 32, longest: 32, sign: pss }],
  [0x05, { shortest: 1, longest: 255, sign: (key, message) => pss(key, sha256(message)) }],
]);

/** And on a P-384 key, which takes a hash alone, in the plain form too. */
const p384Forms: ReadonlyMap<number, SigningForm> = new Map([
  [0x00, { shortest: 48, longest: 48, sign: ecdsa }],
  [0x02, { shortest: 48, longest: 48, sign: ecdsa }],
]);

/** All P1 that any key of this card's kind knows. */
export function signingForms(key: 'rsa2048' | 'p384'): ReadonlyMap<number, SigningForm> {
  return key === 'rsa2048' ? rsaForms : p384Forms;
}

/** How many bytes a signature takes. */
export const signatureLength = { rsa2048: 256, p384: 96 } as const;

function pkcs1(key: KeyObject, data: Uint8Array): Uint8Array {
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data);
}

function sha256(message: Uint8Array): Uint8Array {
  return createHash('sha256').update(message).digest();
}

const sha256Prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');

function digestInfo(hash: Uint8Array): Uint8Array {
  return Buffer.concat([sha256Prefix, hash]);
}

/** EMSA-PSS of RFC 8017 for 2,048 bits with SHA-256, MGF1-SHA-256 and a salt of 32 bytes. */
function pss(key: KeyObject, hash: Uint8Array): Uint8Array {
  const salt = randomBytes(32);
  const h = sha256(Buffer.concat([Buffer.alloc(8), hash, salt]));
  const db = Buffer.alloc(256 - 32 - 1);
  db[db.length - 33] = 0x01;
  db.set(salt, db.length - 32);
  const mask = mgf1(h, db.length);
  const masked = db.map((byte, index) => byte ^ (mask[index] ?? 0));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  const encoded = Buffer.concat([masked, h, Buffer.from([0xbc])]);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; counter * 32 < length; counter += 1) {
    blocks.push(sha256(Buffer.concat([seed, Buffer.from([0, 0, 0, counter])])));
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** r‖s over a hash as it is; node signs messages only, so the curve is noble's. */
function ecdsa(key: KeyObject, hash: Uint8Array): Uint8Array {
  const { d } = key.export({ format: 'jwk' });
  if (d === undefined) throw new TypeError('A card signs with a private key.');
  return p384.sign(hash, Buffer.from(d, 'base64url'), { prehash: false, format: 'compact' });
}
