import { writeInclusion } from '../journal-format/inclusion-file.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { inclusionProof } from '../journal-format/merkle-tree.ts';
import type { Place } from './derived.ts';
import type { LogStore } from './log-store.ts';

/**
 * The proof that an entry is in the journal, as inclusion-file.ts has it: under the first checkpoint over it
 * that somebody else signed too, or else the first that the gate signed.
 *
 * @example
 * const proof = readJournal(file, (store) => proveEntry(store, { epoch: 1, number: 572 }));
 */
export function proveEntry(store: LogStore, { epoch, number }: Place): string {
  const bytes = store.entryAt(epoch, number)?.bytes;
  if (bytes === undefined) {
    throw new JournalError(
      'no-such-entry',
      `The journal has no entry ${number} in its log ${epoch}; look the number up again.`,
    );
  }
  const covering = store.checkpoints().filter((each) => each.epoch === epoch && each.size > number);
  const checkpoint = covering.find(({ countersigned }) => countersigned !== null) ?? covering[0];
  if (checkpoint === undefined) {
    throw new JournalError(
      'not-signed-yet',
      'No checkpoint covers this entry yet: the gate signs one every so many entries, at hand-over and at closing. Ask again then.',
    );
  }
  const { size, note, countersigned } = checkpoint;
  const path = inclusionProof(number, store.leaves(epoch).slice(0, size));
  return writeInclusion({ bytes, index: number, path, note: countersigned ?? note });
}
