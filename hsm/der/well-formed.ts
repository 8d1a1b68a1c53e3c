import { DEEPEST, type DerReader, Tag } from './der.ts';
import { refuseDer } from './der-error.ts';

const CONSTRUCTED = 0x20;
const UNIVERSAL_LIMIT = 0x40;

/**
 * Steps over the next element, whatever it is, and checks all within it: every header, the form of every
 * value of a common type, and how deep it goes. For parts that must be DER but that nobody reads. A loop
 * over a short stack of marks, so that depth costs no memory and every byte is passed once.
 */
export function wellFormed(reader: DerReader): void {
  const marks: number[] = [];
  do {
    const tag = reader.nextTag;
    if (tag >= 0 && (tag & CONSTRUCTED) !== 0) {
      refuseConstructedValue(tag, reader.position);
      if (marks.length === DEEPEST) refuseDer('too-deep', 'elements are nested too deeply', reader.position);
      marks.push(reader.open(tag));
    } else {
      checkValue(reader, tag);
    }
    for (let mark; !reader.hasMore() && (mark = marks.pop()) !== undefined;) reader.close(mark);
  } while (marks.length > 0);
}

/** Of the universal types SEQUENCE and SET alone are constructed; strings in pieces are BER. */
function refuseConstructedValue(tag: number, at: number): void {
  if (tag < UNIVERSAL_LIMIT && tag !== Tag.sequence && tag !== Tag.set) {
    refuseDer('bad-tag', 'a value is written in pieces', at);
  }
}

function checkValue(reader: DerReader, tag: number): void {
  switch (tag) {
    case Tag.boolean:
      reader.boolean();
      return;
    case Tag.integer:
    case Tag.enumerated:
      reader.integer(tag);
      return;
    case Tag.bitString:
      reader.anyBits();
      return;
    case Tag.null:
      reader.null();
      return;
    case Tag.objectIdentifier:
      reader.objectIdentifier();
      return;
    case Tag.sequence & ~CONSTRUCTED:
    case Tag.set & ~CONSTRUCTED:
      refuseDer('bad-tag', 'a list is written as a value', reader.position);
  }
  reader.skip(tag);
}
