import { DerCursor } from './cursor.ts';
import { refuseDer } from './der-error.ts';
import { objectIdentifier } from './object-identifier.ts';
import { Tag } from './tags.ts';
import { generalizedTime, utcTime } from './time.ts';

export { DEEPEST } from './cursor.ts';
export { DerError } from './der-error.ts';
export { contextConstructed, contextPrimitive, Tag } from './tags.ts';

const FIRST_GENERALIZED = Date.UTC(2050, 0, 1);

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
export class DerReader extends DerCursor {
  boolean(): boolean {
    this.element(Tag.boolean);
    const value = this.bytes[this.contentStart];
    if (this.contentEnd - this.contentStart !== 1 || (value !== 0x00 && value !== 0xff)) {
      refuseDer('bad-boolean', 'a BOOLEAN is neither 00 nor FF', this.elementStart);
    }
    return value === 0xff;
  }

  /** A `BOOLEAN DEFAULT FALSE`: false by absence, and false may not be written. */
  booleanOrFalse(): boolean {
    if (this.nextTag !== Tag.boolean) return false;
    if (!this.boolean()) refuseDer('default-written', 'a BOOLEAN says its default', this.elementStart);
    return true;
  }

  /** An INTEGER's content, two's complement, minimal. */
  integer(tag: number = Tag.integer): Uint8Array {
    this.element(tag);
    const first = this.bytes[this.contentStart] ?? 0;
    const length = this.contentEnd - this.contentStart;
    if (length === 0) refuseDer('bad-integer', 'an INTEGER is empty', this.elementStart);
    if (length > 1 && (first === 0x00 || first === 0xff)) {
      const second = this.bytes[this.contentStart + 1] ?? 0;
      if (first === 0x00 ? second < 0x80 : second >= 0x80) {
        refuseDer('bad-integer', 'an INTEGER is longer than it must be', this.elementStart);
      }
    }
    return this.bytes.subarray(this.contentStart, this.contentEnd);
  }

  /** An INTEGER over zero: its magnitude, without the 00 that keeps it positive. */
  positiveInteger(): Uint8Array {
    const value = this.integer();
    const first = value[0] ?? 0;
    if (first >= 0x80) refuseDer('bad-integer', 'an INTEGER is negative', this.elementStart);
    if (first > 0) return value;
    if (value.length === 1) refuseDer('bad-integer', 'an INTEGER is zero', this.elementStart);
    return value.subarray(1);
  }

  /** An INTEGER (or ENUMERATED) from 0 to 2^31 - 1. */
  smallInteger(tag: number = Tag.integer): number {
    const value = this.integer(tag);
    if (value.length > 4 || (value[0] ?? 0) >= 0x80) {
      refuseDer('bad-integer', 'an INTEGER is out of range', this.elementStart);
    }
    return value.reduce((sum, octet) => sum * 256 + octet, 0);
  }

  null(): void {
    this.element(Tag.null);
    if (this.contentEnd !== this.contentStart) refuseDer('bad-null', 'a NULL has content', this.elementStart);
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  objectIdentifier(): string {
    this.element(Tag.objectIdentifier);
    return objectIdentifier(this.bytes, this.contentStart, this.contentEnd);
  }

  octetString(): Uint8Array {
    return this.content(Tag.octetString);
  }

  /** A BIT STRING of whole octets, as keys and signatures are. */
  bitString(): Uint8Array {
    this.element(Tag.bitString);
    if (this.bytes[this.contentStart] !== 0 || this.contentEnd === this.contentStart) {
      refuseDer('bad-bit-string', 'a BIT STRING is not of whole octets', this.elementStart);
    }
    return this.bytes.subarray(this.contentStart + 1, this.contentEnd);
  }

  /** Any BIT STRING, its unused bits zero, answered with the octet that counts them. */
  anyBits(): Uint8Array {
    this.element(Tag.bitString);
    const unused = this.bytes[this.contentStart] ?? 8;
    const octets = this.contentEnd - this.contentStart - 1;
    const last = this.bytes[this.contentEnd - 1] ?? 0;
    if (octets < 0 || unused > 7 || (octets === 0 ? unused !== 0 : (last & ((1 << unused) - 1)) !== 0)) {
      refuseDer('bad-bit-string', 'a BIT STRING has unused bits that are not zero', this.elementStart);
    }
    return this.bytes.subarray(this.contentStart, this.contentEnd);
  }

  /** A named bit list, bit n as 2^n: no trailing zero bits, unused bits zero, no more than 24 bits. */
  namedBits(tag: number = Tag.bitString): number {
    this.element(tag);
    const unused = this.bytes[this.contentStart] ?? 0;
    const octets = this.contentEnd - this.contentStart - 1;
    if (octets < 0 || octets > 3 || unused > 7) {
      refuseDer('bad-bit-string', 'a list of named bits has the wrong length', this.elementStart);
    }
    if (octets === 0) {
      if (unused !== 0) refuseDer('bad-bit-string', 'an empty BIT STRING has unused bits', this.elementStart);
      return 0;
    }
    const last = this.bytes[this.contentEnd - 1] ?? 0;
    // The lowest bit in use must be set, and every bit below it clear: trimmed, and unused bits zero.
    if ((last & -last) !== 1 << unused) {
      refuseDer('bad-bit-string', 'a list of named bits is not trimmed', this.elementStart);
    }
    let bits = 0;
    for (let bit = 0; bit < octets * 8; bit++) {
      const octet = this.bytes[this.contentStart + 1 + (bit >> 3)] ?? 0;
      if ((octet & (0x80 >> (bit & 7))) !== 0) bits |= 1 << bit;
    }
    return bits;
  }

  /** X.509's Time in milliseconds since 1970: UTCTime to 2049, GeneralizedTime from 2050. */
  time(): number {
    if (this.nextTag === Tag.utcTime) {
      this.element(Tag.utcTime);
      return utcTime(this.bytes, this.contentStart, this.contentEnd);
    }
    const time = this.generalizedTime();
    if (time < FIRST_GENERALIZED) {
      refuseDer('bad-time', 'a date before 2050 is written as UTCTime', this.elementStart);
    }
    return time;
  }

  /** A GeneralizedTime of any year in milliseconds since 1970, as OCSP has them. */
  generalizedTime(): number {
    this.element(Tag.generalizedTime);
    return generalizedTime(this.bytes, this.contentStart, this.contentEnd);
  }
}
