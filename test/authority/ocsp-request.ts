import { createHash } from 'node:crypto';
import * as der from '../encoding/der.ts';
import { readElement, readElements } from '../encoding/der-reader.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { nonceId } from './ocsp-response.ts';
import { keyBits } from './signed.ts';

export interface AskedCertificate {
  readonly certId: Uint8Array;
  readonly hash: 'sha1' | 'sha256' | undefined;
  readonly nameHash: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly serial: Uint8Array;
}

export interface OcspRequest {
  readonly asked: readonly AskedCertificate[];
  readonly nonce: Uint8Array | undefined;
}

/** Reads what an OCSP client asks; throws on anything it cannot make out. */
export function readOcspRequest(bytes: Uint8Array): OcspRequest {
  const [tbs] = readElements(readElement(bytes).content);
  const parts = readElements(part(tbs).content);
  const list = part(parts.find((each) => each.identifier === 0x30));
  const extensions = parts.find((each) => each.identifier === 0xa2);
  return {
    asked: readElements(list.content).map((request) =>
      readCertId(part(readElements(request.content)[0]).whole),
    ),
    nonce: extensions === undefined ? undefined : nonceOf(readElement(extensions.content).content),
  };
}

/** Whether a CertID means a certificate of this CA: all its generations share a name, the key tells. */
export function isOf(asked: AskedCertificate, ca: CertificateAuthority): boolean {
  if (asked.hash === undefined) return false;
  const same = (bytes: Uint8Array, expected: Uint8Array): boolean =>
    createHash(asked.hash ?? 'sha1')
      .update(bytes)
      .digest()
      .equals(expected);
  return same(ca.name, asked.nameHash) && same(keyBits(ca.key), asked.keyHash);
}

function readCertId(certId: Uint8Array): AskedCertificate {
  const [algorithm, nameHash, keyHash, serial] = readElements(readElement(certId).content);
  const id = Buffer.from(part(readElements(part(algorithm).content)[0]).whole);
  const number = Buffer.from(part(serial).content);
  return {
    certId,
    hash: id.equals(der.oid('1.3.14.3.2.26'))
      ? 'sha1'
      : id.equals(der.oid('2.16.840.1.101.3.4.2.1'))
        ? 'sha256'
        : undefined,
    nameHash: part(nameHash).content,
    keyHash: part(keyHash).content,
    serial: number.length > 1 && number[0] === 0 ? number.subarray(1) : number,
  };
}

function nonceOf(extensions: Uint8Array): Uint8Array | undefined {
  for (const each of readElements(extensions)) {
    const parts = readElements(each.content);
    if (Buffer.from(part(parts[0]).whole).equals(der.oid(nonceId))) {
      return readElement(part(parts.at(-1)).content).content;
    }
  }
  return undefined;
}

function part<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The OCSP request lacks a part.');
  return value;
}
