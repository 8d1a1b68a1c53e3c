import { type DerReader, Tag } from '../der/der.ts';
import { wellFormed } from '../der/well-formed.ts';
import { refuse } from './refusal.ts';

/**
 * A Name, checked for its form alone and answered as its bytes: names are compared byte by byte, never
 * interpreted.
 */
export function readName(reader: DerReader): Uint8Array {
  const start = reader.position;
  const outside = reader.open(Tag.sequence);
  while (reader.hasMore()) {
    const afterSet = reader.open(Tag.set);
    let previous: Uint8Array | undefined;
    do {
      const attribute = readAttribute(reader);
      // DER sorts what is in a SET by its bytes.
      if (previous !== undefined && Buffer.compare(previous, attribute) > 0) refuse('malformed');
      previous = attribute;
    } while (reader.hasMore());
    reader.close(afterSet);
  }
  reader.close(outside);
  return reader.bytes.subarray(start, reader.position);
}

function readAttribute(reader: DerReader): Uint8Array {
  const start = reader.position;
  const outside = reader.open(Tag.sequence);
  reader.objectIdentifier();
  wellFormed(reader);
  reader.close(outside);
  return reader.bytes.subarray(start, reader.position);
}
