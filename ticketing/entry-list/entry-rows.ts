import { CborWriter } from './cbor-writer.ts';
import { EntryListError } from './entry-list-error.ts';
import type { Entry } from './entry-record.ts';
import { gcmTagLength, hashLength, mostRows, tagLength, ticketRowLength, ticketTagLength } from './limits.ts';
import { encodeRecord } from './record-encoding.ts';
import { compareRows, inOrder, orderRows } from './row-order.ts';
import { sealAllRows } from './seal-rows-in-threads.ts';

/** The sealed rows of a file: one by card or ticket hash for each entry, and one by ticket number. */
export interface EntryRows {
  readonly count: number;
  readonly recordSize: number;
  readonly tags: Uint8Array;
  readonly records: Uint8Array;
  readonly tickets: Uint8Array;
}

export interface RowOptions {
  readonly salt: Uint8Array;
  readonly id: Uint8Array;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Takes entries in any order, holds them in flat buffers, and seals them in the order of their tags. */
export async function sealEntries(
  entries: Iterable<Entry> | AsyncIterable<Entry>,
  { salt, id, onProgress = () => undefined }: RowOptions,
): Promise<EntryRows> {
  const taken = await takeEntries(entries);
  const { count, longest } = taken;
  const hashOrder = orderRows(taken.hashes, hashLength, hashLength);
  refuseRepeated(taken.hashes, hashOrder);
  const recordSize = longest + gcmTagLength;
  const hashes = inOrder(taken.hashes, hashLength, hashOrder, shared(count * hashLength));
  const ticketHashes = inOrder(taken.ticketHashes, hashLength, hashOrder, shared(count * hashLength));
  const records = shared(count * recordSize);
  const ticketRows = shared(count * ticketRowLength);
  const ends = hashOrder.map((row) => taken.ends[row] ?? 0);
  const starts = hashOrder.map((row) => (row === 0 ? 0 : (taken.ends[row - 1] ?? 0)));
  const repeats = repeatedTickets(ticketHashes);
  const rows = {
    salt: Uint8Array.from(salt),
    id,
    recordSize,
    hashes,
    ticketHashes,
    repeats,
    plain: copyShared(taken.plain),
    starts: new Uint32Array(copyShared(starts).buffer),
    ends: new Uint32Array(copyShared(ends).buffer),
    records,
    ticketRows,
  };
  await sealAllRows(rows, onProgress);
  const ticketOrder = orderRows(ticketRows, ticketRowLength, ticketTagLength);
  return {
    count,
    recordSize,
    tags: cutTags(hashes, count),
    records,
    tickets: inOrder(ticketRows, ticketRowLength, ticketOrder, new Uint8Array(count * ticketRowLength)),
  };
}

/** Hashes' tags in ascending order, each once: the revoked, the withdrawn. */
export function sortedTags(hashes: Iterable<Uint8Array>): Uint8Array {
  const distinct = new Set<string>();
  for (const hash of hashes) {
    checkHash(hash);
    distinct.add(Buffer.from(hash.subarray(0, tagLength)).toString('hex'));
  }
  return Buffer.from([...distinct].sort().join(''), 'hex');
}

interface Taken {
  readonly count: number;
  readonly longest: number;
  readonly hashes: Uint8Array;
  readonly ticketHashes: Uint8Array;
  readonly plain: Uint8Array;
  /** Where each entry's encoded record ends. */
  readonly ends: Uint32Array;
}

async function takeEntries(entries: Iterable<Entry> | AsyncIterable<Entry>): Promise<Taken> {
  const plain = new CborWriter();
  let capacity = 1024;
  let hashes = new Uint8Array(capacity * hashLength);
  let ticketHashes = new Uint8Array(capacity * hashLength);
  let ends = new Uint32Array(capacity);
  let count = 0;
  let longest = 0;
  for await (const { serialHash, ticketHash, record } of entries) {
    // A long input must not keep a service from answering.
    if (count % 5000 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (count === mostRows)
      throw cannotWrite('A list holds at most 10 million entries; make one for each group.');
    if (count === capacity) {
      capacity *= 2;
      hashes = larger(hashes, new Uint8Array(capacity * hashLength));
      ticketHashes = larger(ticketHashes, new Uint8Array(capacity * hashLength));
      ends = larger(ends, new Uint32Array(capacity));
    }
    checkHash(ticketHash);
    if (serialHash !== undefined) checkHash(serialHash);
    hashes.set(serialHash ?? ticketHash, count * hashLength);
    ticketHashes.set(ticketHash, count * hashLength);
    const start = plain.length;
    encodeRecord(record, plain);
    longest = Math.max(longest, plain.length - start);
    ends[count] = plain.length;
    count += 1;
  }
  return {
    count,
    longest,
    hashes: hashes.subarray(0, count * hashLength),
    ticketHashes: ticketHashes.subarray(0, count * hashLength),
    plain: plain.view(0, plain.length),
    ends: ends.subarray(0, count),
  };
}

/** 1 for each row whose ticket an earlier row has: a ticket leads to the first of its cards. */
function repeatedTickets(ticketHashes: Uint8Array): Uint8Array {
  const order = orderRows(ticketHashes, hashLength, hashLength);
  const repeats = shared(order.length);
  for (let at = 1; at < order.length; at += 1) {
    const [before = 0, row = 0] = [order[at - 1], order[at]];
    // Equal hashes keep the order of their rows, so the first of a run is the lowest.
    if (compareRows(ticketHashes, hashLength, hashLength, before, row) === 0) repeats[row] = 1;
    else if (compareRows(ticketHashes, hashLength, ticketTagLength, before, row) === 0) {
      throw cannotWrite('Two ticket numbers have the same tag; print one of them anew.');
    }
  }
  return repeats;
}

function refuseRepeated(hashes: Uint8Array, order: Uint32Array): void {
  for (let at = 1; at < order.length; at += 1) {
    if (compareRows(hashes, hashLength, tagLength, order[at - 1] ?? 0, order[at] ?? 0) === 0) {
      throw cannotWrite('A card, or an unbound ticket, stands twice in the list; give each once.');
    }
  }
}

function cutTags(hashes: Uint8Array, count: number): Uint8Array {
  const tags = new Uint8Array(count * tagLength);
  for (let row = 0; row < count; row += 1) {
    tags.set(hashes.subarray(row * hashLength, row * hashLength + tagLength), row * tagLength);
  }
  return tags;
}

function checkHash(hash: Uint8Array): void {
  if (hash.length !== hashLength) throw cannotWrite('A hash is 32 bytes; give it as the HSM answered it.');
}

function larger<Numbers extends Uint8Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** Memory that threads can write to together. */
function shared(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

function copyShared(from: Uint8Array | Uint32Array): Uint8Array {
  const to = shared(from.byteLength);
  to.set(new Uint8Array(from.buffer, from.byteOffset, from.byteLength));
  return to;
}

function cannotWrite(sentence: string): EntryListError {
  return new EntryListError('cannot-write', sentence);
}
