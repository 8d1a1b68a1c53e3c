import type { TerminalCertificate } from '../terminal-certificate/terminal-certificate.ts';

/** The kinds of key that a card's profile can ask of a terminal. */
export type TerminalKeyAlgorithm = 'rsa2048' | 'p384';

/** A terminal key that is ready for cards: its private half in the token, its certificate installed. */
export interface TerminalKey {
  readonly id: string;
  readonly algorithm: TerminalKeyAlgorithm;
  readonly certificate: TerminalCertificate;
  /**
   * Signs what a card asked for. RSA-2048: RSASSA-PKCS1-v1_5 with SHA-256, 256 bytes. P-384: ECDSA with
   * SHA-384, r‖s, 96 bytes.
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
