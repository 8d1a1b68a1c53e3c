import pkcs11 from 'pkcs11js';
import { CodedError } from '../coded-error.ts';

/** The binding's names in the few words that this room uses; nothing outside hsm/token/ sees them. */
export type Cryptoki = pkcs11.PKCS11;
export type Handle = pkcs11.Handle;
export type Template = pkcs11.Template;
export type Mechanism = pkcs11.Mechanism;

export const P11 = pkcs11;

/** Read-write, and serial as PKCS#11 demands of every session. */
export const SESSION_FLAGS = pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION;

/** An attribute of a template, by its name. */
export function attribute(type: number, value: number | boolean | string | Uint8Array): pkcs11.Attribute {
  return { type, value: value instanceof Uint8Array ? Buffer.from(value) : value };
}

/** The name of the return value in an error of the binding (`CKR_DEVICE_REMOVED`), or `undefined` for any other error, ours included. */
export function returnValueOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof CodedError) return undefined;
  return /\bCKR_[A-Z0-9_]+/.exec(error.message)?.[0];
}

/**
 * A copy that native code may read while JavaScript goes on. The binding hands libuv's threads a bare
 * pointer and keeps no reference, so whoever starts the work must hold the buffer until it is done:
 * `release` afterwards both holds it that long and leaves no copy of the input behind.
 */
export class HeldBytes {
  readonly bytes: Buffer;

  constructor(source: Uint8Array) {
    this.bytes = Buffer.alloc(source.length);
    this.bytes.set(source);
  }

  release(): void {
    this.bytes.fill(0);
  }
}

/** A mechanism with parameters, which the binding types by their number alone. */
export function mechanismWith(
  mechanism: number,
  parameter: Readonly<Record<string, number | Buffer>> & { readonly type: number },
): Mechanism {
  return { mechanism, parameter };
}

/** Token and slot texts are padded to a fixed length, by the book with spaces, by some with zeros. */
export function unpadded(text: string): string {
  return text.replace(/[ \u0000]+$/, '');
}
