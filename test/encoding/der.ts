// A DER writer for tests and for the sandbox's authority. It shares nothing with hsm/der, so that a
// mistake there cannot hide behind the same mistake here.

/**
 * One element: the identifier byte, a minimal length, the contents in order.
 *
 * @example
 * tlv(0x30, integer(1), oid('1.2.840.113549.1.1.11'))
 */
export function tlv(identifier: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concat(...contents);
  return concat(Uint8Array.of(identifier), length(content.length), content);
}

/** The length octets of DER: one byte to 127, else the fewest. */
export function length(value: number): Uint8Array {
  if (value < 0x80) return Uint8Array.of(value);
  const bytes = unsigned(BigInt(value));
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

export function sequence(...items: readonly Uint8Array[]): Uint8Array {
  return tlv(0x30, ...items);
}

/** SET OF: DER wants its elements in ascending order of their bytes. */
export function set(...items: readonly Uint8Array[]): Uint8Array {
  return tlv(0x31, ...[...items].sort((a, b) => Buffer.compare(a, b)));
}

/** An INTEGER of a number, or of big-endian bytes read as a non-negative number. */
export function integer(value: number | bigint | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return tlv(0x02, positive(stripLeadingZeros(value)));
  const number = BigInt(value);
  return tlv(0x02, number < 0n ? negative(number) : positive(unsigned(number)));
}

export function enumerated(value: number): Uint8Array {
  return tlv(0x0a, Uint8Array.of(value));
}

export function boolean(value: boolean): Uint8Array {
  return tlv(0x01, Uint8Array.of(value ? 0xff : 0));
}

export function nothing(): Uint8Array {
  return tlv(0x05);
}

/** @example oid('1.2.840.113549.1.1.11') */
export function oid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return tlv(0x06, ...[first * 40n + second, ...rest].map(base128));
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return tlv(0x03, Uint8Array.of(unusedBits), bytes);
}

/** A BIT STRING of named bits, trailing zeros trimmed as DER wants: keyUsage, reasons. */
export function namedBits(...bits: readonly number[]): Uint8Array {
  const last = Math.max(-1, ...bits);
  const bytes = new Uint8Array(Math.floor(last / 8) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bitString(bytes, last < 0 ? 0 : 7 - (last & 7));
}

export function octetString(...contents: readonly Uint8Array[]): Uint8Array {
  return tlv(0x04, ...contents);
}

export function utf8String(text: string): Uint8Array {
  return tlv(0x0c, Buffer.from(text, 'utf8'));
}

export function printableString(text: string): Uint8Array {
  return tlv(0x13, Buffer.from(text, 'latin1'));
}

export function ia5String(text: string): Uint8Array {
  return tlv(0x16, Buffer.from(text, 'latin1'));
}

export function utcTime(at: Date | string): Uint8Array {
  return tlv(0x17, Buffer.from(typeof at === 'string' ? at : timeText(at).slice(2)));
}

export function generalizedTime(at: Date | string): Uint8Array {
  return tlv(0x18, Buffer.from(typeof at === 'string' ? at : timeText(at)));
}

/** A Time as X.509 writes it: UTCTime to 2049, GeneralizedTime from 2050. */
export function time(at: Date): Uint8Array {
  return at.getUTCFullYear() < 2050 ? utcTime(at) : generalizedTime(at);
}

/** `[number] EXPLICIT`: a wrapper around whole elements. */
export function explicit(number: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return tlv(0xa0 | number, ...contents);
}

/** `[number] IMPLICIT`: the element's own identifier replaced, its constructed bit kept. */
export function implicit(number: number, element: Uint8Array): Uint8Array {
  const constructed = (element[0] ?? 0) & 0x20;
  return concat(Uint8Array.of(0x80 | constructed | number), element.subarray(1));
}

/** Bytes as they stand, from hexadecimal; spaces are for the reader. */
export function raw(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}

function base128(value: bigint): Uint8Array {
  const bytes = [Number(value & 0x7fn)];
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from(bytes);
}

function unsigned(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}

function positive(bytes: Uint8Array): Uint8Array {
  return (bytes[0] ?? 0x80) < 0x80 ? bytes : concat(Uint8Array.of(0), bytes);
}

function negative(value: bigint): Uint8Array {
  let size = 1;
  while (value < -(1n << BigInt(8 * size - 1))) size += 1;
  const bytes = unsigned((1n << BigInt(8 * size)) + value);
  return concat(new Uint8Array(size - bytes.length), bytes);
}

function stripLeadingZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
}
