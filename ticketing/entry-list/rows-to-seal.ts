/** All that sealing rows needs, in plain buffers that threads can share. */
export interface RowsToSeal {
  readonly salt: Uint8Array;
  readonly id: Uint8Array;
  readonly recordSize: number;
  /** The number of each row's entry. What follows is in the order of the entries: */
  readonly order: Uint32Array;
  /** 32 bytes: the hash that opens it. */
  readonly hashes: Uint8Array;
  /** 32 bytes: the hash of its ticket number. */
  readonly ticketHashes: Uint8Array;
  /** 1 where another row of the same ticket comes before: this one's link is a filler. */
  readonly repeats: Uint8Array;
  /** The encoded records, and where each begins; the last end with the bytes. */
  readonly plain: Uint8Array;
  readonly starts: Uint32Array;
  /** Where the sealed rows go, in the order of the rows. */
  readonly tags: Uint8Array;
  readonly records: Uint8Array;
  readonly ticketRows: Uint8Array;
}
