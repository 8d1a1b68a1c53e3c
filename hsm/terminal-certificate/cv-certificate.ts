import type { KeyObject } from 'node:crypto';
import { TlvReader, writeTlv } from '../tlv/tlv.ts';
import { endOfDay, readBcdDate, writeBcdDate } from './bcd-date.ts';
import { modulusOf, p384PublicKey, pointOf, rsaPublicKey } from './public-key.ts';
import { TerminalCertificateError } from './terminal-certificate-error.ts';

/** The object identifiers of TR-03110's terminal authentication that we speak, as their content bytes. */
export const TerminalAuthentication = {
  /** id-TA-RSA-v1-5-SHA-256 */
  rsaSha256: Uint8Array.of(0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x02, 0x01, 0x02),
  /** id-TA-ECDSA-SHA-384 */
  ecdsaSha384: Uint8Array.of(0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, 0x04),
} as const;

const LONGEST_REFERENCE = 16;
const LONGEST_ROLE = 16;

/** What one card-verifiable certificate of ISO 7816-8 says. */
export interface CvFields {
  /** CAR: which key signed it. */
  readonly authorityReference: Uint8Array;
  /** CHR: the name of the key in it. */
  readonly holderReference: Uint8Array;
  /** RSA-2048 to 4096, or P-384. */
  readonly publicKey: KeyObject;
  /** CHAT: the object identifier of the terminal type, as its content bytes. */
  readonly role: Uint8Array;
  /** CHAT: the rights; the first two bits tell authority (11), document verifier (10, 01), terminal (00). */
  readonly rights: Uint8Array;
  /** First moment of the first day. */
  readonly validFrom: Date;
  /** Last moment of the last day. */
  readonly validTo: Date;
}

export interface CvCertificate extends CvFields {
  /** The whole `7F21`. */
  readonly bytes: Uint8Array;
  /** The whole `7F4E` with its header: what is signed. */
  readonly body: Uint8Array;
  /** PKCS#1 v1.5, or plain r‖s. */
  readonly signature: Uint8Array;
}

/** Reads one `7F21` from the reader. */
export function readCvCertificate(reader: TlvReader): CvCertificate {
  const bytes = reader.whole(0x7f21);
  const certificate = new TlvReader(bytes).inside(0x7f21);
  const body = certificate.whole(0x7f4e);
  const signature = certificate.value(0x5f37);
  certificate.done();
  if (signature.length === 0) throw wrongStructure('its signature is empty');
  return { bytes, body, signature, ...readBody(body) };
}

function readBody(body: Uint8Array): CvFields {
  const fields = new TlvReader(body).inside(0x7f4e);
  const version = fields.value(0x5f29);
  if (version.length !== 1 || version[0] !== 0) throw wrongStructure('its profile is not version 1 (00)');
  const authorityReference = readReference(fields.value(0x42));
  const publicKey = readPublicKey(fields.inside(0x7f49));
  const holderReference = readReference(fields.value(0x5f20));
  const { role, rights } = readRole(fields.inside(0x7f4c));
  const validFrom = readBcdDate(fields.value(0x5f25));
  const validTo = endOfDay(readBcdDate(fields.value(0x5f24)));
  // No extensions: a card that is asked to obey one would have to know it.
  fields.done();
  return { authorityReference, publicKey, holderReference, role, rights, validFrom, validTo };
}

function readReference(reference: Uint8Array): Uint8Array {
  if (reference.length === 0 || reference.length > LONGEST_REFERENCE) {
    throw wrongStructure(`a key reference must have 1 to ${LONGEST_REFERENCE} bytes`);
  }
  return reference;
}

function readPublicKey(key: TlvReader): KeyObject {
  const algorithm = key.value(0x06);
  let publicKey: KeyObject;
  if (same(algorithm, TerminalAuthentication.rsaSha256)) {
    publicKey = rsaPublicKey(key.value(0x81), key.value(0x82));
  } else if (same(algorithm, TerminalAuthentication.ecdsaSha384)) {
    // Domain parameters stand in the root's certificate alone, so the point is all there is.
    publicKey = p384PublicKey(key.value(0x86));
  } else {
    throw new TerminalCertificateError(
      'unknown-algorithm',
      'The terminal certificate names an algorithm other than RSA-v1.5-SHA256 and ECDSA-SHA384.',
    );
  }
  key.done();
  return publicKey;
}

function readRole(chat: TlvReader): { role: Uint8Array; rights: Uint8Array } {
  const role = chat.value(0x06);
  const rights = chat.value(0x53);
  chat.done();
  const lengths = [role.length, rights.length];
  if (lengths.some((length) => length === 0 || length > LONGEST_ROLE)) {
    throw wrongStructure('its role or rights have the wrong length');
  }
  return { role, rights };
}

/** Writes the `7F4E` that the issuer is to sign. */
export function writeCvBody(fields: CvFields): Uint8Array {
  return writeTlv(
    0x7f4e,
    writeTlv(0x5f29, Uint8Array.of(0)),
    writeTlv(0x42, readReference(fields.authorityReference)),
    writePublicKey(fields.publicKey),
    writeTlv(0x5f20, readReference(fields.holderReference)),
    writeTlv(0x7f4c, writeTlv(0x06, fields.role), writeTlv(0x53, fields.rights)),
    writeTlv(0x5f25, writeBcdDate(fields.validFrom)),
    writeTlv(0x5f24, writeBcdDate(fields.validTo)),
  );
}

function writePublicKey(key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType === 'rsa') {
    const modulus = writeTlv(0x81, modulusOf(key));
    const exponent = writeTlv(0x82, Uint8Array.of(0x01, 0x00, 0x01));
    return writeTlv(0x7f49, writeTlv(0x06, TerminalAuthentication.rsaSha256), modulus, exponent);
  }
  return writeTlv(0x7f49, writeTlv(0x06, TerminalAuthentication.ecdsaSha384), writeTlv(0x86, pointOf(key)));
}

/** Writes a `7F21` from its body and the signature over it. */
export function writeCvCertificate(body: Uint8Array, signature: Uint8Array): Uint8Array {
  return writeTlv(0x7f21, body, writeTlv(0x5f37, signature));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function wrongStructure(what: string): TerminalCertificateError {
  return new TerminalCertificateError('wrong-structure', `Not a card-verifiable certificate: ${what}.`);
}
