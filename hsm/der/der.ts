import { refuseDer } from './der-error.ts';
import { objectIdentifier } from './object-identifier.ts';
import { Tag } from './tags.ts';
import { generalizedTime, utcTime } from './time.ts';

export { DerError, type DerErrorCode } from './der-error.ts';
export { contextConstructed, contextPrimitive, Tag } from './tags.ts';

/** Elements inside elements, at most; a certificate needs about ten. */
export const DEEPEST = 32;

const LONGEST_CONTENT = 2 ** 31 - 1;
const FIRST_GENERALIZED = Date.UTC(2050, 0, 1);

/** The identifier and length octets of an element. */
export interface DerHeader {
  readonly tag: number;
  /** How many octets identifier and length take. */
  readonly headerLength: number;
  /** How many octets of content follow. */
  readonly length: number;
}

/**
 * A cursor over DER, strict to the letter: one octet of tag, minimal definite lengths, values in their one
 * right form. It reads what its caller asks for and raises a `DerError` at anything else. All views it
 * hands out are of the bytes it was given. Its work is in proportion to the elements it passes; the content
 * of an element that nobody asks for is stepped over in one go.
 *
 * The bytes may be a window on something larger: {@link holdsElement}, {@link peekHeader} and {@link enter}
 * tell how much of the next element is there, so that a long list can be walked piece by piece.
 *
 * @example
 * const reader = new DerReader(bytes);
 * const outside = reader.open(Tag.sequence);
 * const serial = reader.positiveInteger();
 * const revokedAt = reader.time();
 * reader.close(outside); // nothing may be left in the SEQUENCE
 * reader.done(); // nor after it
 */
export class DerReader {
  readonly bytes: Uint8Array;
  #at: number;
  #end: number;
  #depth = 0;
  // Of the element last read; fields, so that reading one allocates nothing.
  #start = 0;
  #content = 0;
  #next = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Where the next element begins. */
  get position(): number {
    return this.#at;
  }

  /** Whether another element follows before the end of what is open. */
  get more(): boolean {
    return this.#at < this.#end;
  }

  /** The tag of the next element, or -1 where none follows. */
  get nextTag(): number {
    return this.#at < this.#end ? (this.bytes[this.#at] ?? -1) : -1;
  }

  /** The next element's header, unread, or nothing where the window ends inside it. */
  peekHeader(): DerHeader | undefined {
    const start = this.#at;
    const length = this.#length(start);
    if (length < 0) return undefined;
    return { tag: this.bytes[start] ?? 0, headerLength: this.#content - start, length };
  }

  /** Whether the next element lies whole in the window; a faulty header is refused at once. */
  holdsElement(): boolean {
    const length = this.#length(this.#at);
    return length >= 0 && length <= this.#end - this.#content;
  }

  /**
   * Steps over the header of the next element, whose content may reach beyond the window; answers where
   * that content ends. The caller sees to it that the elements inside keep to that end.
   */
  enter(tag: number): number {
    const start = this.#at;
    this.#expect(tag, start);
    const length = this.#length(start);
    if (length < 0) refuseDer('truncated', 'the bytes end inside an element', start);
    this.#at = this.#content;
    return this.#content + length;
  }

  /** Goes into the next element; answers the mark to {@link close} it with. */
  open(tag: number): number {
    this.#element(tag);
    if (++this.#depth > DEEPEST) refuseDer('too-deep', 'elements are nested too deeply', this.#start);
    const outside = this.#end;
    this.#at = this.#content;
    this.#end = this.#next;
    return outside;
  }

  /** Leaves the element that {@link open} went into; it must have been read to its end. */
  close(outside: number): void {
    this.done();
    this.#depth--;
    this.#end = outside;
  }

  /** Refuses bytes that are left over. */
  done(): void {
    if (this.#at !== this.#end) refuseDer('trailing-bytes', 'there is more than belongs there', this.#at);
  }

  /** The next element's content, unread. */
  content(tag: number): Uint8Array {
    this.#element(tag);
    return this.bytes.subarray(this.#content, this.#next);
  }

  /** The next element with its header; its content is not looked into. */
  whole(tag: number): Uint8Array {
    this.#element(tag);
    return this.bytes.subarray(this.#start, this.#next);
  }

  /** Steps over the next element; its content is not looked into. */
  skip(tag: number): void {
    this.#element(tag);
  }

  boolean(): boolean {
    this.#element(Tag.boolean);
    const value = this.bytes[this.#content];
    if (this.#next - this.#content !== 1 || (value !== 0x00 && value !== 0xff)) {
      refuseDer('bad-boolean', 'a BOOLEAN is neither 00 nor FF', this.#start);
    }
    return value === 0xff;
  }

  /** A `BOOLEAN DEFAULT FALSE`: false by absence, and false may not be written. */
  booleanOrFalse(): boolean {
    if (this.nextTag !== Tag.boolean) return false;
    if (!this.boolean()) refuseDer('default-written', 'a BOOLEAN says its default', this.#start);
    return true;
  }

  /** An INTEGER's content, two's complement, minimal. */
  integer(tag: number = Tag.integer): Uint8Array {
    this.#element(tag);
    const first = this.bytes[this.#content] ?? 0;
    const length = this.#next - this.#content;
    if (length === 0) refuseDer('bad-integer', 'an INTEGER is empty', this.#start);
    if (length > 1 && (first === 0x00 || first === 0xff)) {
      const second = this.bytes[this.#content + 1] ?? 0;
      if (first === 0x00 ? second < 0x80 : second >= 0x80) {
        refuseDer('bad-integer', 'an INTEGER is longer than it must be', this.#start);
      }
    }
    return this.bytes.subarray(this.#content, this.#next);
  }

  /** An INTEGER over zero: its magnitude, without the 00 that keeps it positive. */
  positiveInteger(): Uint8Array {
    const value = this.integer();
    const first = value[0] ?? 0;
    if (first >= 0x80) refuseDer('bad-integer', 'an INTEGER is negative', this.#start);
    if (first > 0) return value;
    if (value.length === 1) refuseDer('bad-integer', 'an INTEGER is zero', this.#start);
    return value.subarray(1);
  }

  /** An INTEGER (or ENUMERATED) from 0 to 2^31 - 1. */
  smallInteger(tag: number = Tag.integer): number {
    const value = this.integer(tag);
    if (value.length > 4 || (value[0] ?? 0) >= 0x80) {
      refuseDer('bad-integer', 'an INTEGER is out of range', this.#start);
    }
    return value.reduce((sum, octet) => sum * 256 + octet, 0);
  }

  null(): void {
    this.#element(Tag.null);
    if (this.#next !== this.#content) refuseDer('bad-null', 'a NULL has content', this.#start);
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  objectIdentifier(): string {
    this.#element(Tag.objectIdentifier);
    return objectIdentifier(this.bytes, this.#content, this.#next);
  }

  octetString(): Uint8Array {
    return this.content(Tag.octetString);
  }

  /** A BIT STRING of whole octets, as keys and signatures are. */
  bitString(): Uint8Array {
    this.#element(Tag.bitString);
    if (this.bytes[this.#content] !== 0 || this.#next === this.#content) {
      refuseDer('bad-bit-string', 'a BIT STRING is not of whole octets', this.#start);
    }
    return this.bytes.subarray(this.#content + 1, this.#next);
  }

  /** A named bit list, bit n as 2^n: no trailing zero bits, unused bits zero, no more than 24 bits. */
  namedBits(tag: number = Tag.bitString): number {
    this.#element(tag);
    const unused = this.bytes[this.#content] ?? 0;
    const octets = this.#next - this.#content - 1;
    if (octets < 0 || octets > 3 || unused > 7) {
      refuseDer('bad-bit-string', 'a list of named bits has the wrong length', this.#start);
    }
    if (octets === 0) {
      if (unused !== 0) refuseDer('bad-bit-string', 'an empty BIT STRING has unused bits', this.#start);
      return 0;
    }
    const last = this.bytes[this.#next - 1] ?? 0;
    // The lowest bit in use must be set, and every bit below it clear: trimmed, and unused bits zero.
    if ((last & -last) !== 1 << unused) {
      refuseDer('bad-bit-string', 'a list of named bits is not trimmed', this.#start);
    }
    let bits = 0;
    for (let bit = 0; bit < octets * 8; bit++) {
      const octet = this.bytes[this.#content + 1 + (bit >> 3)] ?? 0;
      if ((octet & (0x80 >> (bit & 7))) !== 0) bits |= 1 << bit;
    }
    return bits;
  }

  /** X.509's Time in milliseconds since 1970: UTCTime to 2049, GeneralizedTime from 2050. */
  time(): number {
    if (this.nextTag === Tag.utcTime) {
      this.#element(Tag.utcTime);
      return utcTime(this.bytes, this.#content, this.#next);
    }
    const time = this.generalizedTime();
    if (time < FIRST_GENERALIZED) {
      refuseDer('bad-time', 'a date before 2050 is written as UTCTime', this.#start);
    }
    return time;
  }

  /** A GeneralizedTime of any year in milliseconds since 1970, as OCSP has them. */
  generalizedTime(): number {
    this.#element(Tag.generalizedTime);
    return generalizedTime(this.bytes, this.#content, this.#next);
  }

  /** Reads the next element's header and steps over its content. */
  #element(tag: number): void {
    const start = this.#at;
    this.#expect(tag, start);
    const length = this.#length(start);
    if (length < 0 || length > this.#end - this.#content) {
      refuseDer('truncated', 'an element is longer than what holds it', start);
    }
    this.#start = start;
    this.#next = this.#content + length;
    this.#at = this.#next;
  }

  #expect(tag: number, start: number): void {
    if (start >= this.#end) refuseDer('truncated', 'an element is missing', start);
    if (this.bytes[start] !== tag) refuseDer('unexpected-tag', 'another element belongs there', start);
  }

  /** The length in the header at `start`, and `#content` set behind it; -1 where the bytes end before. */
  #length(start: number): number {
    const available = this.#end - start;
    if (available < 1) return -1;
    // 1F, 3F, 5F and so on announce a tag number of several octets; X.509 has none. 00 is no type.
    const tag = this.bytes[start] ?? 0;
    if ((tag & 0x1f) === 0x1f || tag === 0) refuseDer('bad-tag', 'there is no such type', start);
    if (available < 2) return -1;
    const first = this.bytes[start + 1] ?? 0;
    this.#content = start + 2;
    if (first < 0x80) return first;
    if (first === 0x80) refuseDer('indefinite-length', 'a length is indefinite', start);
    const octets = first & 0x7f;
    if (octets > 4) refuseDer('too-long', 'an element claims to be over 2 GiB', start);
    if (available < 2 + octets) return -1;
    let length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (this.bytes[start + 2 + i] ?? 0);
    if (length < (octets === 1 ? 0x80 : 256 ** (octets - 1))) {
      refuseDer('length-not-minimal', 'a length is longer than it must be', start);
    }
    if (length > LONGEST_CONTENT) refuseDer('too-long', 'an element claims to be over 2 GiB', start);
    this.#content = start + 2 + octets;
    return length;
  }
}
