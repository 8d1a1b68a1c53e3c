import { gcmTagLength, hashLength, tagLength, ticketRowLength, ticketTagLength } from './limits.ts';
import { packLink, RecordSeal } from './record-seal.ts';

/** All that sealing rows needs, in plain buffers that threads can share. Rows are in their final order. */
export interface RowsToSeal {
  readonly salt: Uint8Array;
  readonly id: Uint8Array;
  readonly recordSize: number;
  /** 32 bytes a row: the hash that opens it. */
  readonly hashes: Uint8Array;
  /** 32 bytes a row: the hash of its ticket number. */
  readonly ticketHashes: Uint8Array;
  /** 1 where another row of the same ticket comes before: this one's link is a filler. */
  readonly repeats: Uint8Array;
  /** The encoded records, and where each row's begins and ends. */
  readonly plain: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Where the sealed records and the ticket rows (in the order of the records) go. */
  readonly records: Uint8Array;
  readonly ticketRows: Uint8Array;
}

/** Seals the rows from one number up to another. */
export function sealRows(rows: RowsToSeal, from: number, to: number): void {
  const sealer = new RecordSeal(rows.salt, rows.id);
  const padded = Buffer.alloc(rows.recordSize - gcmTagLength);
  for (let row = from; row < to; row += 1) {
    const hash = rows.hashes.subarray(row * hashLength, (row + 1) * hashLength);
    const record = rows.plain.subarray(rows.starts[row], rows.ends[row]);
    padded.fill(0, record.length);
    padded.set(record);
    const key = sealer.recordKey(hash);
    const sealed = rows.records.subarray(row * rows.recordSize, (row + 1) * rows.recordSize);
    sealer.sealRecord(key, hash.subarray(0, tagLength), padded, sealed);
    rows.ticketRows.set(ticketRow(rows, sealer, row, hash, key), row * ticketRowLength);
  }
}

function ticketRow(
  rows: RowsToSeal,
  sealer: RecordSeal,
  row: number,
  hash: Uint8Array,
  key: Uint8Array,
): Uint8Array {
  if (rows.repeats[row] === 1) return sealer.fillerRow(hash);
  const ticketHash = rows.ticketHashes.subarray(row * hashLength, (row + 1) * hashLength);
  const link = sealer.maskLink(ticketHash, packLink(row, key));
  return Buffer.concat([ticketHash.subarray(0, ticketTagLength), link]);
}
