/** One BER-TLV object, as the card reads certificates. */
export interface BerObject {
  readonly tag: number;
  readonly value: Uint8Array;
  /** With its header. */
  readonly whole: Uint8Array;
}

/** The objects that fill `bytes` from end to end; `undefined` where they do not, or a length is not minimal. */
export function readObjects(bytes: Uint8Array): BerObject[] | undefined {
  const objects: BerObject[] = [];
  for (let at = 0; at < bytes.length;) {
    const object = readObject(bytes, at);
    if (object === undefined) return undefined;
    objects.push(object);
    at += object.whole.length;
  }
  return objects;
}

/** The values of objects that must have exactly these tags in this order. */
export function valuesOf(bytes: Uint8Array, tags: readonly number[]): Uint8Array[] | undefined {
  const objects = readObjects(bytes);
  if (objects?.length !== tags.length) return undefined;
  if (objects.some((object, index) => object.tag !== tags[index])) return undefined;
  return objects.map((object) => object.value);
}

function readObject(bytes: Uint8Array, start: number): BerObject | undefined {
  let at = start;
  const next = (): number => bytes[at++] ?? -1;
  let tag = next();
  if ((tag & 0x1f) === 0x1f) tag = (tag << 8) | next();
  let length = next();
  if (length > 0x82 || length === 0x80) return undefined;
  if (length === 0x81) {
    length = next();
    if (length < 0x80) return undefined;
  } else if (length === 0x82) {
    length = (next() << 8) | next();
    if (length < 0x100) return undefined;
  }
  if (tag < 0 || length < 0 || at + length > bytes.length) return undefined;
  return { tag, value: bytes.slice(at, at + length), whole: bytes.slice(start, at + length) };
}
