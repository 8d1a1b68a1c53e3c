import type { ListedSerial } from './serial-index.ts';

/** Entries of a piece: small lists stay small, and growing never copies. */
const PIECE = 1 << 14;

interface Entries {
  readonly serials: Uint8Array;
  readonly reasons: Uint8Array;
  readonly seconds: Float64Array;
}

/** Serials of one length with reason and date: collected in pieces, then sorted in flat arrays. */
export class SerialTable {
  readonly #length: number;
  #pieces: Entries[] = [];
  #current: Entries | undefined;
  #count = 0;
  #sorted: Entries = emptyEntries(0, 0);

  constructor(length: number) {
    this.#length = length;
  }

  add(bytes: Uint8Array, start: number, reason: number, seconds: number): void {
    const at = this.#count % PIECE;
    let piece = this.#current;
    if (piece === undefined || at === 0) {
      piece = emptyEntries(PIECE, this.#length);
      this.#current = piece;
      this.#pieces.push(piece);
    }
    const base = at * this.#length;
    for (let i = 0; i < this.#length; i++) piece.serials[base + i] = bytes[start + i] ?? 0;
    piece.reasons[at] = reason;
    piece.seconds[at] = seconds;
    this.#count++;
  }

  /** Puts the entries in order. It takes time in proportion to them, in whatever order they came. */
  sort(): void {
    const flat = this.#flatten();
    const order = ascendingOrder(flat.serials, this.#length, this.#count);
    this.#sorted = order === undefined ? flat : inOrder(flat, order, this.#length);
  }

  /** The place of a serial, or -1. */
  find(serial: Uint8Array): number {
    const { serials } = this.#sorted;
    let low = 0;
    let high = serials.length / this.#length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const difference = this.#compare(serials, middle * this.#length, serial);
      // Of equal ones the first: go on to the left.
      if (difference < 0) low = middle + 1;
      else high = middle - 1;
    }
    const found = low < serials.length / this.#length;
    return found && this.#compare(serials, low * this.#length, serial) === 0 ? low : -1;
  }

  entry(place: number): ListedSerial {
    return { reason: this.#sorted.reasons[place] ?? 0, at: this.#sorted.seconds[place] ?? 0 };
  }

  #compare(serials: Uint8Array, start: number, serial: Uint8Array): number {
    for (let i = 0; i < this.#length; i++) {
      const difference = (serials[start + i] ?? 0) - (serial[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #flatten(): Entries {
    const flat = emptyEntries(this.#count, this.#length);
    this.#pieces.forEach((piece, index) => {
      const start = index * PIECE;
      const size = Math.min(PIECE, this.#count - start);
      flat.serials.set(piece.serials.subarray(0, size * this.#length), start * this.#length);
      flat.reasons.set(piece.reasons.subarray(0, size), start);
      flat.seconds.set(piece.seconds.subarray(0, size), start);
    });
    this.#pieces = [];
    this.#current = undefined;
    return flat;
  }
}

function emptyEntries(entries: number, length: number): Entries {
  return {
    serials: new Uint8Array(entries * length),
    reasons: new Uint8Array(entries),
    seconds: new Float64Array(entries),
  };
}

/**
 * The order that sorts `count` serials of `length` bytes, or nothing where they are sorted already. A radix
 * sort, stable, from the last byte to the first: no order of entries makes it slow.
 */
function ascendingOrder(serials: Uint8Array, length: number, count: number): Uint32Array | undefined {
  if (isAscending(serials, length, count)) return undefined;
  let order = Uint32Array.from({ length: count }, (_, index) => index);
  let next = new Uint32Array(count);
  for (let column = length - 1; column >= 0; column--) {
    const starts = columnStarts(serials, length, count, column);
    for (const entry of order) {
      const byte = serials[entry * length + column] ?? 0;
      const place = starts[byte] ?? 0;
      next[place] = entry;
      starts[byte] = place + 1;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** Where in the next order the entries with each value of a byte begin. */
function columnStarts(serials: Uint8Array, length: number, count: number, column: number): Uint32Array {
  const starts = new Uint32Array(256);
  for (let i = 0; i < count; i++) {
    const byte = serials[i * length + column] ?? 0;
    starts[byte] = (starts[byte] ?? 0) + 1;
  }
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const size = starts[byte] ?? 0;
    starts[byte] = sum;
    sum += size;
  }
  return starts;
}

function isAscending(serials: Uint8Array, length: number, count: number): boolean {
  for (let i = 1; i < count; i++) {
    for (let j = 0, a = (i - 1) * length, b = i * length; j < length; j++) {
      const difference = (serials[b + j] ?? 0) - (serials[a + j] ?? 0);
      if (difference < 0) return false;
      if (difference > 0) break;
    }
  }
  return true;
}

function inOrder(flat: Entries, order: Uint32Array, length: number): Entries {
  const sorted = emptyEntries(order.length, length);
  order.forEach((entry, place) => {
    for (let i = 0; i < length; i++) {
      sorted.serials[place * length + i] = flat.serials[entry * length + i] ?? 0;
    }
    sorted.reasons[place] = flat.reasons[entry] ?? 0;
    sorted.seconds[place] = flat.seconds[entry] ?? 0;
  });
  return sorted;
}
