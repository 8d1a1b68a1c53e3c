import { refuseDer } from './der-error.ts';

/** Elements inside elements, at most; a certificate needs about ten. */
export const DEEPEST = 32;

const LONGEST_CONTENT = 2 ** 31 - 1;

/** The identifier and length octets of an element. */
export interface DerHeader {
  readonly tag: number;
  /** How many octets identifier and length take. */
  readonly headerLength: number;
  /** How many octets of content follow. */
  readonly length: number;
}

/**
 * A place in DER and what can be said of the next element by its header alone. Its work is in proportion to
 * the elements it passes: content that nobody asks for is stepped over in one go.
 */
export class DerCursor {
  readonly bytes: Uint8Array;
  #at: number;
  #end: number;
  #depth = 0;
  // Of the element last read: where it starts, where its content starts, where it ends. Fields, so that
  // reading an element allocates nothing.
  protected elementStart = 0;
  protected contentStart = 0;
  protected contentEnd = 0;

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
  hasMore(): boolean {
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
    return { tag: this.bytes[start] ?? 0, headerLength: this.contentStart - start, length };
  }

  /** Whether the next element lies whole in the window; a faulty header is refused at once. */
  holdsElement(): boolean {
    const length = this.#length(this.#at);
    return length >= 0 && length <= this.#end - this.contentStart;
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
    this.#at = this.contentStart;
    return this.contentStart + length;
  }

  /** Goes into the next element; answers the mark to {@link close} it with. */
  open(tag: number): number {
    this.element(tag);
    if (++this.#depth > DEEPEST) refuseDer('too-deep', 'elements are nested too deeply', this.elementStart);
    const outside = this.#end;
    this.#at = this.contentStart;
    this.#end = this.contentEnd;
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
    this.element(tag);
    return this.bytes.subarray(this.contentStart, this.contentEnd);
  }

  /** The next element with its header; its content is not looked into. */
  whole(tag: number): Uint8Array {
    this.element(tag);
    return this.bytes.subarray(this.elementStart, this.contentEnd);
  }

  /** Steps over the next element; its content is not looked into. */
  skip(tag: number): void {
    this.element(tag);
  }

  /** Reads the next element's header and steps over its content. */
  protected element(tag: number): void {
    const start = this.#at;
    this.#expect(tag, start);
    const length = this.#length(start);
    if (length < 0 || length > this.#end - this.contentStart) {
      refuseDer('truncated', 'an element is longer than what holds it', start);
    }
    this.elementStart = start;
    this.contentEnd = this.contentStart + length;
    this.#at = this.contentEnd;
  }

  #expect(tag: number, start: number): void {
    if (start >= this.#end) refuseDer('truncated', 'an element is missing', start);
    if (this.bytes[start] !== tag) refuseDer('unexpected-tag', 'another element belongs there', start);
  }

  /** The length in the header at `start`, and `contentStart` set behind it; -1 where the bytes end before. */
  #length(start: number): number {
    const available = this.#end - start;
    if (available < 1) return -1;
    // 1F, 3F, 5F and so on announce a tag number of several octets; X.509 has none. 00 is no type.
    const tag = this.bytes[start] ?? 0;
    if ((tag & 0x1f) === 0x1f || tag === 0) refuseDer('bad-tag', 'there is no such type', start);
    if (available < 2) return -1;
    const first = this.bytes[start + 1] ?? 0;
    this.contentStart = start + 2;
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
    this.contentStart = start + 2 + octets;
    return length;
  }
}
