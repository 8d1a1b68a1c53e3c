/**
 * Rows that begin with their key, in ascending order, looked up in place: no object, no allocation, no
 * copy. Keys are halves of HMACs and so spread evenly: the first four bytes tell where in the rows a key
 * must lie. A guess from them is off by about √n rows, a second guess from there by a few; from then on
 * doubling steps and halving find it, which bounds the search by log n for any keys at all.
 */
export class TagIndex {
  readonly #view: DataView;
  readonly #rowLength: number;
  readonly #keyLength: number;
  readonly count: number;

  constructor(rows: Uint8Array, rowLength: number, keyLength: number) {
    this.#view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
    this.#rowLength = rowLength;
    this.#keyLength = keyLength;
    this.count = Math.floor(rows.length / rowLength);
  }

  /** The number of the row whose key the given bytes begin with, or -1. */
  find(key: Uint8Array): number {
    const { count } = this;
    if (count === 0) return -1;
    const head = readHead(key, 0);
    const density = count / 0x100000000;
    let at = Math.floor(head * density);
    at = this.#towards(at, head, density);
    at = this.#towards(at, head, density);
    return this.#search(key, head, at);
  }

  /** From a row near the key, to where the key must be, judged by how far apart their heads are. */
  #towards(at: number, head: number, density: number): number {
    const guess = at + Math.trunc((head - this.#headAt(at)) * density);
    return guess < 0 ? 0 : guess >= this.count ? this.count - 1 : guess;
  }

  #search(key: Uint8Array, head: number, start: number): number {
    let order = this.#compare(start, key, head);
    if (order === 0) return start;
    // Steps that double until the key lies between two rows.
    let low = start;
    let high = start;
    const direction = order < 0 ? 1 : -1;
    for (let step = 1; ; step *= 2) {
      const next = start + direction * step;
      if (next < 0 || next >= this.count) {
        if (direction > 0) high = this.count;
        else low = -1;
        break;
      }
      order = this.#compare(next, key, head);
      if (order === 0) return next;
      if (order < 0) low = next;
      else high = next;
      if (order < 0 !== direction > 0) break;
    }
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      order = this.#compare(middle, key, head);
      if (order === 0) return middle;
      if (order < 0) low = middle;
      else high = middle;
    }
    return -1;
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
