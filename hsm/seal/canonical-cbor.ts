import { decodeFirst, encode, rfc8949EncodeOptions } from 'cborg';

/**
 * CBOR with one byte string for each value (RFC 8949, 4.2.1: shortest heads, definite lengths, keys in
 * bytewise order), and a reader that refuses every other. Maps come as `Map`, so that a key from
 * outside never becomes a property.
 *
 * @example
 * const bytes = encodeCanonical(new Map([['version', 3]]));
 * const value = decodeCanonical(bytes); // Map { 'version' => 3 }
 */
export function encodeCanonical(value: unknown): Uint8Array {
  return encode(value, { ...rfc8949EncodeOptions, ignoreUndefinedProperties: true });
}

/** The value of exactly these bytes. Throws where they are not canonical; callers say what that means. */
export function decodeCanonical(bytes: Uint8Array): unknown {
  const { value, length } = decodeCanonicalPrefix(bytes);
  if (length !== bytes.length) throw new TypeError(`${bytes.length - length} bytes after the value`);
  return value;
}

/** The value that the bytes begin with, and its length. */
export function decodeCanonicalPrefix(bytes: Uint8Array): { value: unknown; length: number } {
  const [value, rest] = decodeFirst(bytes, decodeOptions) as [unknown, Uint8Array];
  const length = bytes.length - rest.length;
  // Not all that the decoder takes is canonical (the order of keys, text that is not UTF-8): a value
  // has one encoding, so writing it again shows any other.
  if (Buffer.compare(encodeCanonical(value), bytes.subarray(0, length)) !== 0) {
    throw new TypeError('not in the one canonical encoding');
  }
  return { value, length };
}

const decodeOptions = {
  strict: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
};
