import type { KeyObject } from 'node:crypto';
import { TlvReader, writeTlv } from '../tlv/tlv.ts';
import { modulusOf, rsaPublicKey } from './public-key.ts';
import { TerminalCertificateError } from './terminal-certificate-error.ts';

/** How many bytes a key id takes. */
export const KEY_ID_LENGTH = 16;

const MODULUS_LENGTH = 256;
const SIGNATURE_LENGTH = 256;
const EXPONENT = Uint8Array.of(0x01, 0x00, 0x01);

/**
 * The certificate that today's cards take, in the two blocks in which it is loaded. It has no dates and no
 * names but two key ids.
 */
export interface JpkiTerminalCertificate {
  readonly format: 'jpki';
  /** Which key of the card verifies this certificate. */
  readonly issuerKeyId: Uint8Array;
  readonly subjectKeyId: Uint8Array;
  /** RSA-2048. */
  readonly publicKey: KeyObject;
  /** `7F21 820233 | 5F4E 820129 | body`, 307 bytes. */
  readonly block1: Uint8Array;
  /** `5F37 820100 | signature`, 261 bytes. */
  readonly block2: Uint8Array;
  /** The 297 bytes that are signed. */
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

/** Reads block 1 ‖ block 2. */
export function readJpkiCertificate(bytes: Uint8Array): JpkiTerminalCertificate {
  const outer = new TlvReader(bytes);
  const certificate = outer.inside(0x7f21);
  outer.done();
  const body = certificate.value(0x5f4e);
  const signaturePart = certificate.whole(0x5f37);
  certificate.done();
  const signature = new TlvReader(signaturePart).value(0x5f37);
  if (signature.length !== SIGNATURE_LENGTH) {
    throw wrongStructure(`its signature has ${signature.length} bytes instead of ${SIGNATURE_LENGTH}`);
  }
  return {
    format: 'jpki',
    ...readBody(body),
    block1: bytes.subarray(0, bytes.length - signaturePart.length),
    block2: signaturePart,
    body,
    signature,
  };
}

function readBody(
  body: Uint8Array,
): Pick<JpkiTerminalCertificate, 'issuerKeyId' | 'subjectKeyId' | 'publicKey'> {
  if (body.length <= 2 * KEY_ID_LENGTH) throw wrongStructure('its body is too short');
  const key = new TlvReader(body.subarray(2 * KEY_ID_LENGTH));
  const exponent = key.value(0x90);
  const modulus = key.value(0x91);
  key.done();
  if (modulus.length !== MODULUS_LENGTH) {
    throw wrongStructure(`its modulus has ${modulus.length} bytes instead of ${MODULUS_LENGTH}`);
  }
  return {
    issuerKeyId: body.subarray(0, KEY_ID_LENGTH),
    subjectKeyId: body.subarray(KEY_ID_LENGTH, 2 * KEY_ID_LENGTH),
    publicKey: rsaPublicKey(modulus, exponent),
  };
}

/** Writes the bytes that the root key is to sign. */
export function writeJpkiBody(
  certificate: Pick<JpkiTerminalCertificate, 'issuerKeyId' | 'subjectKeyId' | 'publicKey'>,
): Uint8Array {
  const { issuerKeyId, subjectKeyId, publicKey } = certificate;
  if (issuerKeyId.length !== KEY_ID_LENGTH || subjectKeyId.length !== KEY_ID_LENGTH) {
    throw wrongStructure(`a key id must have ${KEY_ID_LENGTH} bytes`);
  }
  const modulus = modulusOf(publicKey);
  if (modulus.length !== MODULUS_LENGTH) throw wrongStructure('its key must be RSA-2048');
  return Buffer.concat([issuerKeyId, subjectKeyId, writeTlv(0x90, EXPONENT), writeTlv(0x91, modulus)]);
}

/** Writes block 1 ‖ block 2 from the body and the signature over it. */
export function writeJpkiCertificate(body: Uint8Array, signature: Uint8Array): Uint8Array {
  return writeTlv(0x7f21, writeTlv(0x5f4e, body), writeTlv(0x5f37, signature));
}

function wrongStructure(what: string): TerminalCertificateError {
  return new TerminalCertificateError('wrong-structure', `Not a terminal certificate of this kind: ${what}.`);
}
