import { constants, createHash, createPublicKey, type KeyObject, publicDecrypt, verify } from 'node:crypto';
import { p384 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { keyPair } from './card-material.ts';
import { signatureLength, signingForms } from './signing.ts';

const rsa = keyPair('rsa');
const ec = keyPair('ec');
const message = Buffer.from('kazasu');
const hash = createHash('sha256').update(message).digest();

function rsaSignature(p1: number, data: Uint8Array): Uint8Array {
  return signingForms('rsa2048').get(p1)?.sign(rsa.privateKey, data) ?? new Uint8Array(0);
}

function opened(signature: Uint8Array): Buffer {
  return publicDecrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING }, signature);
}

function pssHolds(signature: Uint8Array, saltLength: number): boolean {
  const key = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  return verify('sha256', message, key, signature);
}

describe('an RSA key signs', () => {
  it('00: what it is given, padded', () => {
    expect(opened(rsaSignature(0x00, message))).toEqual(message);
  });

  it('01: a message, by its bare hash', () => {
    expect(opened(rsaSignature(0x01, message))).toEqual(hash);
  });

  it('02: a hash, as PKCS#1 v1.5 has it', () => {
    expect(verify('sha256', message, rsa.publicKey, rsaSignature(0x02, hash))).toBe(true);
  });

  it('03: a message, as PKCS#1 v1.5 has it', () => {
    expect(verify('sha256', message, rsa.publicKey, rsaSignature(0x03, message))).toBe(true);
  });

  it.each([
    ['04: a hash', 0x04, hash],
    ['05: a message', 0x05, message],
  ])('%s, by PSS with a salt of 32 bytes', (_, p1, data) => {
    for (let round = 0; round < 8; round += 1) {
      const signature = rsaSignature(p1, data);
      expect(signature).toHaveLength(signatureLength.rsa2048);
      expect(pssHolds(signature, 32)).toBe(true);
      expect(pssHolds(signature, 20)).toBe(false);
    }
  });
});

describe('a P-384 key signs', () => {
  it.each([0x00, 0x02])('%i: a SHA-384 hash as it is, by plain r and s', (p1) => {
    const digest = createHash('sha384').update(message).digest();
    const signature = signingForms('p384').get(p1)?.sign(ec.privateKey, digest) ?? new Uint8Array(0);
    expect(signature).toHaveLength(signatureLength.p384);
    expect(verify('sha384', message, { key: ec.publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    expect(p384.verify(signature, digest, pointOf(ec.publicKey), { prehash: false, lowS: false })).toBe(true);
  });

  it('nothing in another form', () => {
    expect([...signingForms('p384').keys()]).toEqual([0x00, 0x02]);
  });
});

function pointOf(key: KeyObject): Uint8Array {
  const spki = createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({
    type: 'spki',
    format: 'der',
  });
  return Uint8Array.from(spki.subarray(-97));
}
