// A CBOR reader for the stranger's entry list reader: only what FORMAT.md allows, written from RFC 8949.

export type Cbor = number | string | boolean | Uint8Array | Cbor[] | Map<string | number, Cbor>;

/** The value that the bytes begin with, and where it ends. */
export function readCbor(bytes: Uint8Array, at = 0): { value: Cbor; end: number } {
  const first = bytes[at];
  if (first === undefined) throw new Error('CBOR ends early');
  const major = first >> 5;
  if (first === 0xf4 || first === 0xf5) return { value: first === 0xf5, end: at + 1 };
  const { number, end } = readNumber(bytes, at);
  switch (major) {
    case 0:
      return { value: number, end };
    case 1:
      return { value: -1 - number, end };
    case 2:
      return { value: cut(bytes, end, number), end: end + number };
    case 3:
      return {
        value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(cut(bytes, end, number)),
        end: end + number,
      };
    case 4:
      return readArray(bytes, number, end);
    case 5:
      return readMap(bytes, number, end);
    default:
      throw new Error('CBOR of a kind that the format does not use');
  }
}

function readArray(bytes: Uint8Array, count: number, start: number): { value: Cbor[]; end: number } {
  const value: Cbor[] = [];
  let end = start;
  while (value.length < count) {
    const item = readCbor(bytes, end);
    value.push(item.value);
    end = item.end;
  }
  return { value, end };
}

function readMap(
  bytes: Uint8Array,
  count: number,
  start: number,
): { value: Map<string | number, Cbor>; end: number } {
  const value = new Map<string | number, Cbor>();
  let end = start;
  let before: Uint8Array | undefined;
  while (value.size < count) {
    const key = readCbor(bytes, end);
    const encoded = bytes.subarray(end, key.end);
    if (before !== undefined && Buffer.compare(before, encoded) >= 0) throw new Error('keys out of order');
    if (typeof key.value !== 'string' && typeof key.value !== 'number')
      throw new Error('a key of another kind');
    const item = readCbor(bytes, key.end);
    value.set(key.value, item.value);
    before = encoded;
    end = item.end;
  }
  return { value, end };
}

function readNumber(bytes: Uint8Array, at: number): { number: number; end: number } {
  const short = (bytes[at] ?? 0) & 0x1f;
  if (short < 24) return { number: short, end: at + 1 };
  const length = [1, 2, 4, 8][short - 24];
  if (length === undefined) throw new Error('an indefinite length');
  const number = cut(bytes, at + 1, length).reduce((sum, byte) => sum * 256 + byte, 0);
  const least = [24, 0x100, 0x10000, 0x100000000][short - 24] ?? 0;
  if (number < least || number > Number.MAX_SAFE_INTEGER) throw new Error('a number in too many bytes');
  return { number, end: at + 1 + length };
}

function cut(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > bytes.length) throw new Error('CBOR ends early');
  return bytes.subarray(at, at + length);
}
