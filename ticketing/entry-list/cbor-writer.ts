import { EntryListError } from './entry-list-error.ts';
import { grown, sharedBytes } from './shared-memory.ts';

/**
 * Appends canonical CBOR to one growing buffer, in memory that threads can share. cborg builds tokens for every value, which costs more
 * than sealing the record does; the tests hold this to the same bytes.
 */
export class CborWriter {
  #buffer = sharedBytes(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written between two lengths. Valid until the next write. */
  view(start: number, end: number): Uint8Array {
    return this.#buffer.subarray(start, end);
  }

  uint(value: number): this {
    this.#head(0x00, value);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#head(0x40, value.length);
    this.#room(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(value: string): this {
    // At most three bytes for each unit of UTF-16. Most texts are short and leave one byte to their head.
    this.#room(9 + 3 * value.length);
    const length = this.#buffer.write(value, this.#length + 1, 'utf8');
    this.#head(0x60, length);
    if (length > 23) this.#buffer.write(value, this.#length, 'utf8');
    this.#length += length;
    return this;
  }

  array(count: number): this {
    this.#head(0x80, count);
    return this;
  }

  map(count: number): this {
    this.#head(0xa0, count);
    return this;
  }

  #head(major: number, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new EntryListError(
        'cannot-write',
        'A number in a record is not a whole one of zero or more; mend it.',
      );
    }
    this.#room(9);
    const buffer = this.#buffer;
    if (value < 24) {
      buffer[this.#length++] = major | value;
    } else if (value < 0x100) {
      buffer[this.#length++] = major | 24;
      buffer[this.#length++] = value;
    } else if (value < 0x10000) {
      buffer[this.#length++] = major | 25;
      this.#length = buffer.writeUInt16BE(value, this.#length);
    } else if (value < 0x100000000) {
      buffer[this.#length++] = major | 26;
      this.#length = buffer.writeUInt32BE(value, this.#length);
    } else {
      buffer[this.#length++] = major | 27;
      this.#length = buffer.writeBigUInt64BE(BigInt(value), this.#length);
    }
  }

  #room(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    this.#buffer = grown(this.#buffer, Math.max(this.#buffer.length * 2, this.#length + more));
  }
}
