// Terminal certificates as cards load them: the two blocks of today's card, and the CV certificates of
// BSI TR-03110. Written by hand here, so that the gate's reader meets another's bytes.
import { sign, type KeyObject } from 'node:crypto';
import * as der from '../encoding/der.ts';
import type { Validity } from './generations.ts';
import { keyBits } from './signed.ts';

export type TerminalProfile = 'jpki-rsa' | 'eac-rsa' | 'eac-p384';

/** A key id of today's card: 7 digits (the institution's code), 08 05, 3 digits, 4 bytes of padding. */
export function jpkiKeyId(institutionCode: number, number: number): Uint8Array {
  const digits = (value: number, size: number): Buffer => Buffer.from(value.toString().padStart(size, '0'));
  return der.concat(
    digits(institutionCode, 7),
    Uint8Array.of(0x08, 0x05),
    digits(number, 3),
    new Uint8Array(4),
  );
}

/** Block 1 ‖ block 2 for `80 A2`: a body without dates or names but the key ids, and its signature. */
export function writeJpkiTerminalCertificate(
  issuerKeyId: Uint8Array,
  issuerKey: KeyObject,
  subjectKeyId: Uint8Array,
  publicKey: KeyObject,
): Uint8Array {
  const exponent = Uint8Array.of(0x90, 0x03, 0x01, 0x00, 0x01);
  const body = der.concat(issuerKeyId, subjectKeyId, exponent, object('91', modulusOf(publicKey)));
  const signature = object('5F37', sign('sha256', body, issuerKey));
  return object('7F21', object('5F4E', body), signature);
}

type Role = 'root' | 'document-verifier' | 'terminal';

export interface CvDescription {
  readonly authorityReference: string;
  readonly issuerKey: KeyObject;
  readonly holderReference: string;
  readonly publicKey: KeyObject;
  readonly role: Role;
  readonly validity: Validity;
}

/** One CV certificate, 7F21 { 7F4E body, 5F37 signature over the whole body with its header }. */
export function writeCvCertificate(description: CvDescription): Uint8Array {
  const { publicKey, role, validity } = description;
  const body = object(
    '7F4E',
    object('5F29', Uint8Array.of(0)),
    object('42', Buffer.from(description.authorityReference, 'latin1')),
    object('7F49', ...publicKeyObjects(publicKey)),
    object('5F20', Buffer.from(description.holderReference, 'latin1')),
    object('7F4C', der.oid(authenticationTerminal), object('53', rights(role))),
    object('5F25', unpackedBcd(validity.notBefore)),
    object('5F24', unpackedBcd(validity.notAfter)),
  );
  return object('7F21', body, object('5F37', plainSignature(description.issuerKey, body)));
}

const authenticationTerminal = '0.4.0.127.0.7.3.1.2.2';
const rsaSha256 = '0.4.0.127.0.7.2.2.2.1.2';
const ecdsaSha384 = '0.4.0.127.0.7.2.2.2.2.4';

function publicKeyObjects(key: KeyObject): Uint8Array[] {
  return key.asymmetricKeyType === 'rsa'
    ? [der.oid(rsaSha256), object('81', modulusOf(key)), object('82', Uint8Array.of(1, 0, 1))]
    : [der.oid(ecdsaSha384), object('86', keyBits(key))];
}

/** Forty bits of rights, of which only the first two, the role, are set. */
function rights(role: Role): Uint8Array {
  const first = { root: 0xc0, 'document-verifier': 0x80, terminal: 0x00 }[role];
  return Uint8Array.of(first, 0, 0, 0, 0);
}

function plainSignature(key: KeyObject, bytes: Uint8Array): Uint8Array {
  return key.asymmetricKeyType === 'rsa'
    ? sign('sha256', bytes, key)
    : sign('sha384', bytes, { key, dsaEncoding: 'ieee-p1363' });
}

/** YYMMDD, one digit a byte. */
function unpackedBcd(date: Date): Uint8Array {
  return Uint8Array.from(date.toISOString().slice(2, 10).replaceAll('-', ''), Number);
}

function modulusOf(key: KeyObject): Uint8Array {
  const { n } = key.export({ format: 'jwk' });
  if (n === undefined) throw new Error('Not an RSA key.');
  return Buffer.from(n, 'base64url');
}

/** A BER-TLV object whose tag may have two bytes. */
function object(tag: string, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = der.concat(...contents);
  return der.concat(der.raw(tag), der.length(content.length), content);
}
