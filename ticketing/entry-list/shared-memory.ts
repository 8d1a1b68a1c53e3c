/** Bytes, all zero, in memory that threads can write to together. */
export function sharedBytes(length: number): Buffer<SharedArrayBuffer> {
  return Buffer.from(new SharedArrayBuffer(length));
}

/** The same bytes with room for more. */
export function grown(bytes: Uint8Array, length: number): Buffer<SharedArrayBuffer> {
  const larger = sharedBytes(length);
  larger.set(bytes);
  return larger;
}

/** Numbers of 32 bits, all zero, likewise. */
export function sharedWords(count: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(4 * count));
}
