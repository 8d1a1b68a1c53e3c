import { originOf } from '../journal-format/checkpoint.ts';
import { journalMagic, record } from '../journal-format/handed-over.ts';
import type { LogStore } from './log-store.ts';

/** The whole journal as one file, as handed-over.ts describes it. */
export function exportJournal(store: LogStore, gate: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const notes = store.checkpoints();
  let epoch = 0;
  const endLog = (): void => {
    for (const { note, countersigned } of notes.filter((each) => each.epoch === epoch)) {
      parts.push(record('checkpoint', Buffer.from(note)));
      if (countersigned !== null) parts.push(record('countersigned', Buffer.from(countersigned)));
    }
  };
  for (const entry of store.entries()) {
    if (entry.epoch !== epoch) {
      endLog();
      epoch = entry.epoch;
      parts.push(record('log', Buffer.from(originOf({ gate, epoch }))));
    }
    parts.push(record('entry', Buffer.concat([entry.leaf, entry.bytes])));
  }
  endLog();
  const count = Buffer.alloc(4);
  count.writeUInt32BE(parts.length);
  return Buffer.concat([Buffer.from(journalMagic), ...parts, record('end', count)]);
}
