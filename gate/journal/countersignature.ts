import type { NoteKey } from '../../hsm/seal/signed-note.ts';
import { isSignedBy, openCheckpoint } from '../journal-format/checkpoint.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { lockJournal, openDatabase } from './database.ts';
import { LogStore } from './log-store.ts';

/** Which checkpoint a receiver signed, and whether this receiver had signed it before. */
export interface Countersigned {
  readonly epoch: number;
  readonly size: number;
  readonly isFirst: boolean;
}

/** Refuses a note that is not one of the journal's own checkpoints with that receiver's signature on it. */
export function checkCountersigned(
  store: LogStore,
  note: string,
  own: Uint8Array,
  by: NoteKey,
): Countersigned {
  const { checkpoint, countersignedBy } = openCheckpoint(note, [own], [by]);
  const { epoch, size } = checkpoint;
  const ours = store.checkpoint(epoch, size);
  const text = ours?.note.slice(0, ours.note.lastIndexOf('\n\n'));
  if (text === undefined || !note.startsWith(`${text}\n\n`) || countersignedBy.length === 0) {
    throw new JournalError(
      'bad-checkpoint',
      "The countersigned checkpoint is not one of this journal's, or lacks the receiver's signature; hand over again.",
    );
  }
  const before = ours?.countersigned ?? null;
  return { epoch, size, isFirst: before === null || !isSignedBy(before, by) };
}

/**
 * Keeps countersignatures of a journal that is closed: of its last checkpoint too, after which nothing is
 * written. There is no entry of them, then; the note is kept beside the checkpoint, and handed over with it.
 *
 * @example
 * keepLateCountersignatures(file, answer.countersigned, identity.publicKey, receiver);
 */
export function keepLateCountersignatures(
  file: string,
  notes: readonly string[],
  own: Uint8Array,
  by: NoteKey,
): void {
  const lock = lockJournal(file);
  try {
    const database = openDatabase(file);
    try {
      const store = new LogStore(database);
      for (const note of notes) {
        const { epoch, size, isFirst } = checkCountersigned(store, note, own, by);
        if (isFirst) store.addCountersignature(epoch, size, note);
      }
    } finally {
      database.close();
    }
  } finally {
    lock.release();
  }
}
