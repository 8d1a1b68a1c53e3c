import { refuseTlv } from './tlv-error.ts';

export { TlvError, type TlvErrorCode } from './tlv-error.ts';

/** Elements inside elements, at most; a card-verifiable certificate needs four. */
export const DEEPEST_TLV = 8;

/** The longest content: what two length octets can say. A certificate of a card takes some hundred bytes. */
export const LONGEST_TLV = 0xffff;

/**
 * A cursor over BER-TLV, as strict as DER about tags and lengths: tags of one to three octets in their
 * shortest form, definite lengths in their shortest form, nothing left over. It reads what its caller asks
 * for and raises a `TlvError` at anything else; its work is in proportion to the elements it passes. All
 * views it hands out are of the bytes it was given.
 *
 * A tag is the number that its octets spell: 0x42, 0x5f4e, 0x7f21.
 *
 * @example
 * const outer = new TlvReader(bytes);
 * const certificate = outer.inside(0x7f21);
 * outer.done();
 * const body = certificate.whole(0x7f4e);
 * const signature = certificate.value(0x5f37);
 * certificate.done();
 */
export class TlvReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #depth: number;
  #at: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length, depth = 0) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
    this.#depth = depth;
  }

  /** Whether another element follows. */
  get more(): boolean {
    return this.#at < this.#end;
  }

  /** The tag of the next element, or nothing where none follows. */
  peekTag(): number | undefined {
    return this.more ? this.#readTag(this.#at).tag : undefined;
  }

  /** The next element's content. */
  value(tag: number): Uint8Array {
    const { content, end } = this.#element(tag);
    return this.#bytes.subarray(content, end);
  }

  /** The next element with its tag and length. */
  whole(tag: number): Uint8Array {
    const { start, end } = this.#element(tag);
    return this.#bytes.subarray(start, end);
  }

  /** A reader of what the next element holds. */
  inside(tag: number): TlvReader {
    const { start, content, end } = this.#element(tag);
    if (this.#depth >= DEEPEST_TLV) refuseTlv('too-deep', 'elements are nested too deeply', start);
    return new TlvReader(this.#bytes, content, end, this.#depth + 1);
  }

  /** Refuses bytes that are left over. */
  done(): void {
    if (this.more) refuseTlv('trailing-bytes', 'there is more than belongs there', this.#at);
  }

  #element(expected: number): { start: number; content: number; end: number } {
    const start = this.#at;
    if (!this.more) refuseTlv('truncated', `element ${hex(expected)} is missing`, start);
    const { tag, after } = this.#readTag(start);
    if (tag !== expected) {
      refuseTlv('unexpected-tag', `${hex(tag)} stands where ${hex(expected)} belongs`, start);
    }
    const { length, content } = this.#readLength(after);
    const end = content + length;
    if (end > this.#end) refuseTlv('truncated', 'an element is longer than what holds it', start);
    this.#at = end;
    return { start, content, end };
  }

  #readTag(start: number): { tag: number; after: number } {
    const first = this.#octet(start);
    if (first === 0) refuseTlv('bad-tag', 'there is no tag 00', start);
    if ((first & 0x1f) !== 0x1f) return { tag: first, after: start + 1 };
    const second = this.#octet(start + 1);
    if (second < 0x1f || second === 0x80) refuseTlv('bad-tag', 'a tag has a shorter form', start);
    if (second < 0x80) return { tag: first * 0x100 + second, after: start + 2 };
    const third = this.#octet(start + 2);
    if (third >= 0x80) refuseTlv('bad-tag', 'a tag is longer than three octets', start);
    return { tag: first * 0x10000 + second * 0x100 + third, after: start + 3 };
  }

  #readLength(at: number): { length: number; content: number } {
    const first = this.#octet(at);
    if (first < 0x80) return { length: first, content: at + 1 };
    if (first === 0x80) refuseTlv('indefinite-length', 'a length is indefinite', at);
    if (first > 0x82) refuseTlv('too-long', 'an element claims to be over 64 KiB', at);
    if (first === 0x81) {
      const length = this.#octet(at + 1);
      if (length < 0x80) refuseTlv('length-not-minimal', 'a length is longer than it must be', at);
      return { length, content: at + 2 };
    }
    const length = this.#octet(at + 1) * 0x100 + this.#octet(at + 2);
    if (length < 0x100) refuseTlv('length-not-minimal', 'a length is longer than it must be', at);
    return { length, content: at + 3 };
  }

  #octet(at: number): number {
    const octet = at < this.#end ? this.#bytes[at] : undefined;
    return octet ?? refuseTlv('truncated', 'the bytes end inside an element', at);
  }
}

/**
 * Writes one element from its tag and the parts of its content.
 *
 * @example
 * writeTlv(0x5f37, signature);
 * writeTlv(0x7f21, body, writeTlv(0x5f37, signature));
 */
export function writeTlv(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([tagOctets(tag), lengthOctets(length), ...content]);
}

function tagOctets(tag: number): Uint8Array {
  const octets: number[] = [];
  for (let rest = tag; rest > 0; rest = Math.floor(rest / 0x100)) octets.unshift(rest % 0x100);
  const bytes = Uint8Array.from(octets);
  // The reader is the one place that knows which tags there are.
  if (new TlvReader(Uint8Array.of(...bytes, 0)).peekTag() !== tag)
    refuseTlv('bad-tag', `${hex(tag)} is no tag`, 0);
  return bytes;
}

function lengthOctets(length: number): Uint8Array {
  if (length > LONGEST_TLV) refuseTlv('too-long', 'an element may not be over 64 KiB', 0);
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  return Uint8Array.of(0x82, length >> 8, length & 0xff);
}

function hex(tag: number): string {
  const digits = tag.toString(16).toUpperCase();
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
