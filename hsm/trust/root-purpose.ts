import type { Purpose } from '../certificate/purpose.ts';
import type { Root } from '../certificate/root.ts';
import { DerReader, Tag } from '../der/der.ts';

const ORGANIZATIONAL_UNIT = '2.5.4.11';

/** How J-LIS names its two kinds of roots; all generations of a kind share the name. */
const PURPOSE_BY_UNIT: ReadonlyMap<string, Purpose> = new Map([
  ['JPKI for user authentication', 'authentication'],
  ['JPKI for digital signature', 'signature'],
]);

/**
 * What a root is for: by its fingerprint where it is known, else by the unit that its name carries. Only a
 * proposal for an operator who adds it; nothing is trusted for having a name.
 */
export function proposedPurpose(root: Root): Purpose | undefined {
  return (
    root.known?.purpose ??
    unitsOf(root.name)
      .map((unit) => PURPOSE_BY_UNIT.get(unit))
      .find(Boolean)
  );
}

function unitsOf(name: Uint8Array): string[] {
  const units: string[] = [];
  const reader = new DerReader(name);
  const outside = reader.open(Tag.sequence);
  while (reader.hasMore()) {
    const afterSet = reader.open(Tag.set);
    while (reader.hasMore()) {
      const afterPair = reader.open(Tag.sequence);
      const isUnit = reader.objectIdentifier() === ORGANIZATIONAL_UNIT;
      const text = reader.content(reader.nextTag);
      if (isUnit) units.push(Buffer.from(text).toString('utf8'));
      reader.close(afterPair);
    }
    reader.close(afterSet);
  }
  reader.close(outside);
  return units;
}
