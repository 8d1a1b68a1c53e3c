import type { KeyObject } from 'node:crypto';
import { TlvReader } from '../tlv/tlv.ts';
import { readCvCertificate, type CvCertificate } from './cv-certificate.ts';
import { TerminalCertificateError } from './terminal-certificate-error.ts';

/** The certificates of the next generation: each signed by the one before, the terminal's own last. */
export interface EacTerminalCertificate {
  readonly format: 'eac';
  readonly chain: readonly CvCertificate[];
  /** Of the last certificate: the terminal key. */
  readonly publicKey: KeyObject;
  /** Of the last certificate: the name by which the card knows the terminal key. */
  readonly holderReference: Uint8Array;
}

/** No issuer builds a longer chain; more would only keep a card busy. */
const LONGEST_CHAIN = 4;

/** Reads certificates one after the other to the end of the bytes. */
export function readEacCertificate(bytes: Uint8Array): EacTerminalCertificate {
  const reader = new TlvReader(bytes);
  const chain: CvCertificate[] = [];
  while (reader.more) {
    if (chain.length === LONGEST_CHAIN) {
      throw new TerminalCertificateError(
        'wrong-structure',
        `A terminal certificate's chain may not be longer than ${LONGEST_CHAIN}.`,
      );
    }
    chain.push(readCvCertificate(reader));
  }
  const last = chain.at(-1);
  if (last === undefined) {
    throw new TerminalCertificateError('wrong-structure', 'There is no certificate in these bytes.');
  }
  return { format: 'eac', chain, publicKey: last.publicKey, holderReference: last.holderReference };
}
