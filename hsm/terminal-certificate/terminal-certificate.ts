import { TlvError, TlvReader } from '../tlv/tlv.ts';
import { readEacCertificate, type EacTerminalCertificate } from './eac-certificate.ts';
import { readJpkiCertificate, type JpkiTerminalCertificate } from './jpki-certificate.ts';
import { TerminalCertificateError } from './terminal-certificate-error.ts';

export type { EacTerminalCertificate } from './eac-certificate.ts';
export type { JpkiTerminalCertificate } from './jpki-certificate.ts';
export { TerminalCertificateError, type TerminalCertificateErrorCode } from './terminal-certificate-error.ts';
export { verifyTerminalCertificate } from './verify-terminal-certificate.ts';

/** The certificate by which a card trusts a gate's terminal key. */
export type TerminalCertificate = JpkiTerminalCertificate | EacTerminalCertificate;

/**
 * Reads a terminal certificate as its issuer hands it over: block 1 ‖ block 2 for today's cards, a chain of
 * `7F21` for the international way. It says nothing about trust: {@link verifyTerminalCertificate} does.
 *
 * @example
 * const certificate = parseTerminalCertificate(await readFile(path));
 * verifyTerminalCertificate(certificate, { rootKey, at: new Date() });
 */
export function parseTerminalCertificate(bytes: Uint8Array): TerminalCertificate {
  try {
    // What lies in the first 7F21 tells them apart: 5F4E a plain concatenation, 7F4E fields of their own.
    const body = new TlvReader(bytes).inside(0x7f21).peekTag();
    return body === 0x5f4e ? readJpkiCertificate(bytes) : readEacCertificate(bytes);
  } catch (cause) {
    if (!(cause instanceof TlvError)) throw cause;
    throw new TerminalCertificateError(
      'wrong-structure',
      `The bytes are no terminal certificate. ${cause.message}`,
      { cause },
    );
  }
}

/** Writes a terminal certificate as {@link parseTerminalCertificate} reads it. */
export function encodeTerminalCertificate(certificate: TerminalCertificate): Uint8Array {
  return Buffer.concat(
    certificate.format === 'jpki'
      ? [certificate.block1, certificate.block2]
      : certificate.chain.map(({ bytes }) => bytes),
  );
}
