import { sharedWords } from './shared-memory.ts';

/**
 * The numbers of the rows in ascending order of their keys; equal keys keep the order that `before` has
 * them in. Keys are evenly spread, so ordering by their first four bytes, in two counting passes, leaves
 * next to nothing for the comparing pass.
 */
export function orderRows(
  rows: Uint8Array,
  rowLength: number,
  keyLength: number,
  before = rowNumbers(Math.floor(rows.length / rowLength)),
): Uint32Array {
  const count = before.length;
  const heads = readHeads(rows, rowLength, count);
  const order = countingPass(countingPass(before, heads, 0), heads, 16);
  for (let at = 1; at < count; at += 1) {
    const row = order[at] ?? 0;
    const head = heads[row];
    let to = at;
    // Only rows with the same head can still be out of order.
    while (to > 0 && heads[order[to - 1] ?? 0] === head) {
      const above = order[to - 1] ?? 0;
      if (compareRows(rows, rowLength, keyLength, above, row) <= 0) break;
      order[to] = above;
      to -= 1;
    }
    order[to] = row;
  }
  return order;
}

/** Below zero where row `a` comes before row `b`, zero where their keys are the same. */
export function compareRows(
  rows: Uint8Array,
  rowLength: number,
  keyLength: number,
  a: number,
  b: number,
): number {
  for (let at = 0; at < keyLength; at += 1) {
    const difference = (rows[a * rowLength + at] ?? 0) - (rows[b * rowLength + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The rows, each of the same length, in the given order. Rows are of whole words, and so are copied by them. */
export function inOrder(
  rows: Uint8Array,
  rowLength: number,
  order: Uint32Array,
  out: Uint8Array,
): Uint8Array {
  const words = rowLength / 4;
  const source = new Uint32Array(rows.buffer, rows.byteOffset, rows.length / 4);
  const target = new Uint32Array(out.buffer, out.byteOffset, out.length / 4);
  let to = 0;
  for (const row of order) {
    const from = row * words;
    for (let at = 0; at < words; at += 1) target[to + at] = source[from + at] ?? 0;
    to += words;
  }
  return out;
}

function readHeads(rows: Uint8Array, rowLength: number, count: number): Uint32Array {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const heads = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) heads[row] = view.getUint32(row * rowLength);
  return heads;
}

function rowNumbers(count: number): Uint32Array {
  const numbers = sharedWords(count);
  for (let row = 0; row < count; row += 1) numbers[row] = row;
  return numbers;
}

/** A stable pass over sixteen bits of the heads. */
function countingPass(order: Uint32Array, heads: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(0x10001);
  for (const head of heads) {
    const digit = (head >>> shift) & 0xffff;
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
  }
  for (let at = 0; at < 0x10000; at += 1) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
  const sorted = sharedWords(order.length);
  for (const row of order) {
    const digit = ((heads[row] ?? 0) >>> shift) & 0xffff;
    const at = starts[digit] ?? 0;
    sorted[at] = row;
    starts[digit] = at + 1;
  }
  return sorted;
}
