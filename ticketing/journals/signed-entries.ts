import { decodeEntry, type Entry } from '../../gate/journal-format/entry.ts';
import { leafHash, same } from '../../gate/journal-format/merkle-tree.ts';
import type { HandedOverLog } from '../../gate/journal-format/read-handed-over.ts';

/** An entry as its gate wrote it, under a signature of that gate. */
export interface SignedEntry {
  readonly epoch: number;
  readonly entry: Entry;
  readonly leaf: Uint8Array;
  readonly bytes: Uint8Array;
}

/** The leaf hashes that are kept of one log, by the entries' numbers; two where it has two histories. */
export type KeptLeaves = ReadonlyMap<number, readonly Uint8Array[]>;

/**
 * The entries of a handed-over log that are to be kept and are not yet: of the first `signed` that a good
 * signature covers, those whose bytes are what was signed. All others are for later, or for a case.
 */
export function* newEntries(log: HandedOverLog, signed: number, kept: KeptLeaves): Generator<SignedEntry> {
  for (const [position, { leaf, bytes }] of log.entries.entries()) {
    // What stands where it was kept before need not be read again.
    if (isKept(kept, position, leaf) || !same(leafHash(bytes), leaf)) continue;
    const entry = readable(bytes);
    if (entry === undefined || entry.number >= signed || isKept(kept, entry.number, leaf)) continue;
    yield { epoch: log.epoch, entry, leaf: Uint8Array.from(leaf), bytes: Uint8Array.from(bytes) };
  }
}

/** The first place at which another entry was kept than what a log has there, as its gate wrote it. */
export function firstDifference(log: HandedOverLog, kept: KeptLeaves): number | undefined {
  const differs = (number: number, leaf: Uint8Array): boolean =>
    kept.get(number)?.some((each) => !same(each, leaf)) === true;
  for (const [position, { leaf, bytes }] of log.entries.entries()) {
    if (!differs(position, leaf) || !same(leafHash(bytes), leaf)) continue;
    const number = readable(bytes)?.number;
    if (number !== undefined && differs(number, leaf)) return number;
  }
  return undefined;
}

function isKept(kept: KeptLeaves, number: number, leaf: Uint8Array): boolean {
  return kept.get(number)?.some((each) => same(each, leaf)) === true;
}

function readable(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch {
    return undefined;
  }
}
