import { journalMagic, record, records, type RecordType } from '../../gate/journal-format/handed-over.ts';

/** A record of a handed-over file. */
export interface FileRecord {
  readonly type: RecordType;
  readonly body: Uint8Array;
}

/** A handed-over file with its records changed by someone who has no key; still a whole file of its form. */
export function forge(file: Uint8Array, change: (all: FileRecord[]) => FileRecord[]): Uint8Array {
  const changed = change([...records(file)].map(({ type, body }) => ({ type, body: Uint8Array.from(body) })));
  const count = Buffer.alloc(4);
  count.writeUInt32BE(changed.length);
  return Buffer.concat([
    Buffer.from(journalMagic),
    ...changed.map(({ type, body }) => record(type, body)),
    record('end', count),
  ]);
}

/** The same with the entry at this place of the file, the first of all being 0, changed, or left out. */
export function forgeEntry(
  file: Uint8Array,
  place: number,
  change: (body: Uint8Array) => Uint8Array | undefined,
): Uint8Array {
  return forge(file, (all) => {
    let at = -1;
    return all.flatMap((each) => {
      if (each.type === 'entry') at += 1;
      if (each.type !== 'entry' || at !== place) return [each];
      const body = change(each.body);
      return body === undefined ? [] : [{ ...each, body }];
    });
  });
}
