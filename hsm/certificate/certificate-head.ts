import { contextConstructed, DerError, DerReader, Tag } from '../der/der.ts';
import { LONGEST_CERTIFICATE, readSerial, readValidity } from './certificate.ts';
import { readName } from './name.ts';
import { refuse } from './refusal.ts';

/** What the first bytes of a certificate tell, before the rest has been read from the card. */
export interface CertificateHead {
  /** The serial's value, without the 00 that keeps it positive. Never to be shown, logged or stored. */
  readonly serial: Uint8Array;
  /** The issuer's Name, DER with its header. */
  readonly issuer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** How many bytes the whole certificate takes; a card's file is longer. */
  readonly totalLength: number;
}

/**
 * Reads serial, issuer, validity and length from the first 256 bytes of a certificate, so that a gate can
 * look the card up while it reads the rest. None of it is vouched for by anyone yet. Raises a
 * `CertificateError`.
 *
 * @example
 * const head = readCertificateHead(firstAnswer); // 256 bytes of EF 000A
 * const hash = await eventKey.serialHash(head);
 */
export function readCertificateHead(bytes: Uint8Array): CertificateHead {
  try {
    return readHead(new DerReader(new Uint8Array(bytes.subarray(0, LONGEST_CERTIFICATE))));
  } catch (error) {
    if (error instanceof DerError) refuse('malformed', { cause: error });
    throw error;
  }
}

function readHead(reader: DerReader): CertificateHead {
  const totalLength = reader.enter(Tag.sequence);
  if (totalLength > LONGEST_CERTIFICATE) refuse('too-long');
  const endOfTbs = reader.enter(Tag.sequence);
  reader.skip(contextConstructed(0));
  const serial = readSerial(reader);
  reader.skip(Tag.sequence);
  const issuer = readName(reader);
  const { notBefore, notAfter } = readValidity(reader);
  // Whatever was read must lie in the signed part, and that in the certificate.
  if (reader.position > endOfTbs || endOfTbs > totalLength) refuse('malformed');
  return { serial, issuer, notBefore, notAfter, totalLength };
}
