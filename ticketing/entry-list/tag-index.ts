/** So many rows, to twice as many, begin with the same bits: measured, the table then stays in cache. */
const rowsInBucket = 4;
const mostBits = 24;

/**
 * Rows that begin with their key, in ascending order, looked up in place: no object for a row, no
 * allocation, no copy. Keys are halves of HMACs and so spread evenly: their first bits number a bucket,
 * and one small table, made when the file is opened, tells where each bucket's rows begin. Within a
 * bucket the rows are halved, which bounds the search by log n for any keys at all.
 *
 * Measured beside interpolation without a table and buckets of other sizes: a look-up among a million is
 * mostly the time of its cache misses, and this has two.
 */
export class TagIndex {
  readonly #view: DataView;
  readonly #rowLength: number;
  readonly #keyLength: number;
  readonly #shift: number;
  /** For each bucket the number of its first row; one more at the end. */
  readonly #starts: Uint32Array;
  readonly count: number;

  constructor(rows: Uint8Array, rowLength: number, keyLength: number) {
    this.#view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
    this.#rowLength = rowLength;
    this.#keyLength = keyLength;
    this.count = Math.floor(rows.length / rowLength);
    const bits = Math.max(1, Math.min(mostBits, Math.floor(Math.log2(this.count / rowsInBucket))));
    this.#shift = 32 - bits;
    this.#starts = this.#countBuckets(2 ** bits);
  }

  /** The number of the row whose key the given bytes begin with, or -1. */
  find(key: Uint8Array): number {
    const head = readHead(key, 0);
    const bucket = head >>> this.#shift;
    let low = this.#starts[bucket] ?? 0;
    let high = this.#starts[bucket + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, key, head);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return -1;
  }

  #countBuckets(buckets: number): Uint32Array {
    const starts = new Uint32Array(buckets + 1);
    for (let row = 0; row < this.count; row += 1) {
      const next = (this.#headAt(row) >>> this.#shift) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
    }
    return starts;
  }

  #headAt(row: number): number {
    return this.#view.getUint32(row * this.#rowLength);
  }

  /** Below zero where the row comes before the key, above where after. */
  #compare(row: number, key: Uint8Array, head: number): number {
    const difference = this.#headAt(row) - head;
    if (difference !== 0) return difference;
    const start = row * this.#rowLength;
    for (let at = 4; at < this.#keyLength; at += 4) {
      const next = this.#view.getUint32(start + at) - readHead(key, at);
      if (next !== 0) return next;
    }
    return 0;
  }
}

function readHead(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
