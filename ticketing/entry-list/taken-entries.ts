import { CborWriter } from './cbor-writer.ts';
import { EntryListError } from './entry-list-error.ts';
import type { Entry } from './entry-record.ts';
import { hashLength, mostRows } from './limits.ts';
import { encodeRecord } from './record-encoding.ts';
import { grown, sharedBytes, sharedWords } from './shared-memory.ts';

/**
 * Entries as they come, in flat memory that threads can share: no object is kept for one.
 *
 * @example
 * const taken = await takeEntries(entries);
 * const firstHash = taken.hashes.subarray(0, 32);
 */
export class TakenEntries {
  readonly #plain = new CborWriter();
  #hashes = sharedBytes(1024 * hashLength);
  #ticketHashes = sharedBytes(1024 * hashLength);
  /** Where each entry's record begins, and after the last where it ends. */
  #starts = sharedWords(1024);
  #count = 0;
  #longest = 0;

  get count(): number {
    return this.#count;
  }

  /** The length of the longest record. */
  get longest(): number {
    return this.#longest;
  }

  /** 32 bytes an entry: the hash that opens it. */
  get hashes(): Uint8Array {
    return this.#hashes.subarray(0, this.#count * hashLength);
  }

  get ticketHashes(): Uint8Array {
    return this.#ticketHashes.subarray(0, this.#count * hashLength);
  }

  get plain(): Uint8Array {
    return this.#plain.view(0, this.#plain.length);
  }

  get starts(): Uint32Array {
    return this.#starts.subarray(0, this.#count + 1);
  }

  add({ serialHash, ticketHash, record }: Entry): void {
    if (this.#count === mostRows)
      throw cannotWrite('A list holds at most 10 million entries; make one for each group.');
    this.#makeRoom();
    checkHash(ticketHash);
    if (serialHash !== undefined) checkHash(serialHash);
    this.#hashes.set(serialHash ?? ticketHash, this.#count * hashLength);
    this.#ticketHashes.set(ticketHash, this.#count * hashLength);
    const start = this.#plain.length;
    encodeRecord(record, this.#plain);
    this.#longest = Math.max(this.#longest, this.#plain.length - start);
    this.#count += 1;
    this.#starts[this.#count] = this.#plain.length;
  }

  #makeRoom(): void {
    if (this.#count + 1 < this.#starts.length) return;
    const starts = sharedWords(2 * this.#starts.length);
    starts.set(this.#starts);
    this.#starts = starts;
    this.#hashes = grown(this.#hashes, 2 * this.#hashes.length);
    this.#ticketHashes = grown(this.#ticketHashes, 2 * this.#ticketHashes.length);
  }
}

/** After so many entries others get a turn: a long input must not keep a service from answering. */
const entriesATurn = 5000;

export async function takeEntries(entries: Iterable<Entry> | AsyncIterable<Entry>): Promise<TakenEntries> {
  const taken = new TakenEntries();
  if (Symbol.asyncIterator in entries) {
    for await (const entry of entries) {
      taken.add(entry);
      if (taken.count % entriesATurn === 0) await turn();
    }
  } else {
    // To await each of a million that are there already would cost as much as to encode them.
    for (const entry of entries) {
      taken.add(entry);
      if (taken.count % entriesATurn === 0) await turn();
    }
  }
  return taken;
}

/** Refuses what is no hash of an HSM. */
export function checkHash(hash: Uint8Array): void {
  if (hash.length !== hashLength) throw cannotWrite('A hash is 32 bytes; give it as the HSM answered it.');
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function cannotWrite(sentence: string): EntryListError {
  return new EntryListError('cannot-write', sentence);
}
