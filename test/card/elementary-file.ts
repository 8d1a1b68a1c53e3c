import type { KeyObject } from 'node:crypto';
import type { Pin } from './pin.ts';

/** A file of the JPKI application; its short id equals its number. */
export type ElementaryFile =
  /** Bytes to read: freely, or after this PIN. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly readAfter?: Pin }
  /** A PIN to verify. */
  | { readonly kind: 'pin'; readonly pin: Pin }
  /** A key to sign with after its PIN; one of them also after terminal authentication. */
  | {
      readonly kind: 'key';
      readonly key: KeyObject | undefined;
      readonly pin: Pin;
      readonly forTerminals: boolean;
    }
  /** The reference of the key that verifies terminal certificates. */
  | { readonly kind: 'terminal-trust'; readonly bytes: Uint8Array; readonly readable: boolean };

/** The numbers of the files. */
export const file = {
  signatureCertificate: 0x0001,
  signatureCa: 0x0002,
  tokenInfo: 0x0006,
  present: 0x0008,
  authenticationCertificate: 0x000a,
  authenticationCa: 0x000b,
  terminalTrust: 0x0016,
  authenticationKey: 0x0017,
  authenticationPin: 0x0018,
  signatureKey: 0x001a,
  signaturePin: 0x001b,
} as const;

/** How much room the files of certificates have; what a certificate leaves over is zero. */
export const sizeOf = {
  authenticationCertificate: 2000,
  signatureCertificate: 3000,
  caCertificate: 1900,
} as const;

/** `bytes` in a file of `size`, zeros after. */
export function padded(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length > size) throw new RangeError(`${bytes.length} bytes do not fit into a file of ${size}.`);
  const content = new Uint8Array(size);
  content.set(bytes);
  return content;
}
