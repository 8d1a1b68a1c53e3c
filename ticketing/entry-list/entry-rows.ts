import { EntryListError } from './entry-list-error.ts';
import type { Entry } from './entry-record.ts';
import { gcmTagLength, hashLength, tagLength, ticketRowLength, ticketTagLength } from './limits.ts';
import { compareRows, inOrder, orderRows } from './row-order.ts';
import { sealAllRows } from './seal-rows-in-threads.ts';
import { sharedBytes } from './shared-memory.ts';
import { checkHash, takeEntries } from './taken-entries.ts';

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
  const { count, longest, hashes, ticketHashes, plain, starts } = await takeEntries(entries);
  const order = orderRows(hashes, hashLength, hashLength);
  refuseRepeated(hashes, order);
  const recordSize = longest + gcmTagLength;
  const rows = {
    ...{ salt: Uint8Array.from(salt), id, recordSize },
    ...{ order, hashes, ticketHashes, plain, starts },
    repeats: repeatedTickets(ticketHashes, order),
    tags: sharedBytes(count * tagLength),
    records: sharedBytes(count * recordSize),
    ticketRows: sharedBytes(count * ticketRowLength),
  };
  await sealAllRows(rows, onProgress);
  const { tags, records, ticketRows } = rows;
  const ticketOrder = orderRows(ticketRows, ticketRowLength, ticketTagLength);
  const tickets = inOrder(ticketRows, ticketRowLength, ticketOrder, new Uint8Array(ticketRows.length));
  return { count, recordSize, tags, records, tickets };
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

/** 1 for each entry whose ticket an entry above it in the order has: a ticket leads to the first of its cards. */
function repeatedTickets(ticketHashes: Uint8Array, hashOrder: Uint32Array): Uint8Array {
  const order = orderRows(ticketHashes, hashLength, hashLength, hashOrder);
  const repeats = sharedBytes(order.length);
  for (let at = 1; at < order.length; at += 1) {
    const before = order[at - 1] ?? 0;
    const entry = order[at] ?? 0;
    if (compareRows(ticketHashes, hashLength, hashLength, before, entry) === 0) repeats[entry] = 1;
    else if (compareRows(ticketHashes, hashLength, ticketTagLength, before, entry) === 0) {
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

function cannotWrite(sentence: string): EntryListError {
  return new EntryListError('cannot-write', sentence);
}
