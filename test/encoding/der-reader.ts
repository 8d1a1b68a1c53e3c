// Reads DER for the sandbox's own servers: as lenient as it is short, and no relative of hsm/der.

export interface Element {
  readonly identifier: number;
  readonly content: Uint8Array;
  /** Header and content. */
  readonly whole: Uint8Array;
}

/**
 * The elements that lie one after the other in `bytes`.
 *
 * @example
 * const [tbs] = readElements(readElements(certificate)[0].content);
 */
export function readElements(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = readElement(bytes.subarray(at));
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

/** The one element at the start of `bytes`. */
export function readElement(bytes: Uint8Array): Element {
  const [identifier, first] = bytes;
  if (identifier === undefined || first === undefined) throw new Error('DER ends early.');
  const more = first < 0x80 ? 0 : first & 0x7f;
  const header = 2 + more;
  const size = more === 0 ? first : bytes.subarray(2, header).reduce((sum, byte) => sum * 256 + byte, 0);
  if (header + size > bytes.length) throw new Error('DER ends early.');
  return {
    identifier,
    content: bytes.subarray(header, header + size),
    whole: bytes.subarray(0, header + size),
  };
}
