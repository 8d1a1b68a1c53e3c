import { createHash } from 'node:crypto';
import type { Root } from '../certificate/root.ts';
import { DerReader, Tag } from '../der/der.ts';

/** With which hash a request names the issuer. Old responders know SHA-1 alone; nothing rests on it. */
export type CertIdHash = 'sha1' | 'sha256';

/** How OCSP names a certificate: hashes of its issuer's name and key, and its serial. */
export interface CertId {
  readonly hash: CertIdHash;
  readonly nameHash: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly serial: Uint8Array;
}

const ALGORITHM: Readonly<Record<CertIdHash, Buffer>> = {
  sha1: Buffer.from('300906052b0e03021a0500', 'hex'),
  sha256: Buffer.from('300d06096086480165030402010500', 'hex'),
};
const NONCE = Buffer.from('06092b0601050507300102', 'hex');

/** The name that OCSP gives to the certificate with this serial under this root. */
export function certIdOf(root: Root, serial: Uint8Array, hash: CertIdHash): CertId {
  const digest = (bytes: Uint8Array): Uint8Array => createHash(hash).update(bytes).digest();
  return { hash, nameHash: digest(root.name), keyHash: digest(keyBits(root.certificate.spki)), serial };
}

/**
 * An OCSP request for one certificate, unsigned, with a nonce so that an old answer cannot pass for one to
 * this request.
 */
export function writeOcspRequest(id: CertId, nonce: Uint8Array): Uint8Array {
  const extension = element(0x30, NONCE, element(0x04, element(0x04, nonce)));
  const request = element(0x30, writeCertId(id));
  return element(0x30, element(0x30, element(0x30, request), element(0xa2, element(0x30, extension))));
}

function writeCertId({ hash, nameHash, keyHash, serial }: CertId): Buffer {
  const padding = (serial[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.alloc(0);
  return element(
    0x30,
    ALGORITHM[hash],
    element(0x04, nameHash),
    element(0x04, keyHash),
    element(Tag.integer, padding, serial),
  );
}

/** The BIT STRING of a SubjectPublicKeyInfo: what OCSP hashes of a key. */
export function keyBits(spki: Uint8Array): Uint8Array {
  const reader = new DerReader(spki);
  reader.open(Tag.sequence);
  reader.skip(Tag.sequence);
  return reader.bitString();
}

/** One DER element. A request is under 256 bytes, so its lengths take one or two. */
function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
