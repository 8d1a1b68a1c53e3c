import { setImmediate as letOthers } from 'node:timers/promises';
import { originOf } from '../journal-format/checkpoint.ts';
import { journalMagic, record, type RecordType } from '../journal-format/handed-over.ts';
import { guarded, readDatabase } from './database.ts';
import { LogStore } from './log-store.ts';

/** So many records are read in one go while taps go on: well under a millisecond's worth. */
const recordsAtOnce = 100;

/** The whole journal as one file, as handed-over.ts describes it. */
export function exportJournal(store: LogStore, gate: string): Uint8Array {
  return Buffer.concat([...journalParts(store, gate)]);
}

/**
 * The same of a journal that a gate in this very process is writing: one moment of it, read a little at a
 * time, so that no tap waits.
 *
 * @example
 * const file = await exportBesideTaps(join(config.state, 'journal.sqlite'), config.gate);
 */
export async function exportBesideTaps(file: string, gate: string): Promise<Uint8Array> {
  const database = readDatabase(file);
  try {
    // What is recorded from here on is not seen.
    database.exec('BEGIN');
    const parts: Uint8Array[] = [];
    const reading = journalParts(new LogStore(database), gate);
    for (let next = guarded(() => reading.next()); next.done !== true; next = guarded(() => reading.next())) {
      parts.push(next.value);
      if (parts.length % recordsAtOnce === 0) await letOthers();
    }
    return Buffer.concat(parts);
  } finally {
    database.close();
  }
}

function* journalParts(store: LogStore, gate: string): Generator<Uint8Array> {
  yield Buffer.from(journalMagic);
  const notes = store.checkpoints();
  let records = 0;
  let epoch = 0;
  const next = (type: RecordType, body: Uint8Array): Uint8Array => {
    records += 1;
    return record(type, body);
  };
  const endOfLog = function* (): Generator<Uint8Array> {
    for (const { note, countersigned } of notes.filter((each) => each.epoch === epoch)) {
      yield next('checkpoint', Buffer.from(note));
      if (countersigned !== null) yield next('countersigned', Buffer.from(countersigned));
    }
  };
  for (const entry of store.entries()) {
    if (entry.epoch !== epoch) {
      yield* endOfLog();
      epoch = entry.epoch;
      yield next('log', Buffer.from(originOf({ gate, epoch })));
    }
    yield next('entry', Buffer.concat([entry.leaf, entry.bytes]));
  }
  yield* endOfLog();
  const count = Buffer.alloc(4);
  count.writeUInt32BE(records);
  yield record('end', count);
}
