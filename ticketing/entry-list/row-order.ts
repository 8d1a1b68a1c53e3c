/**
 * The numbers of `count` rows in ascending order of their keys. Keys are evenly spread, so ordering by
 * their first four bytes, in two counting passes, leaves next to nothing for the comparing pass.
 */
export function orderRows(rows: Uint8Array, rowLength: number, keyLength: number): Uint32Array {
  const count = Math.floor(rows.length / rowLength);
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  let order = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) order[row] = row;
  order = countingPass(order, (row) => view.getUint16(row * rowLength + 2));
  order = countingPass(order, (row) => view.getUint16(row * rowLength));
  for (let at = 1; at < count; at += 1) {
    const row = order[at] ?? 0;
    let to = at;
    while (to > 0 && compareRows(rows, rowLength, keyLength, order[to - 1] ?? 0, row) > 0) {
      order[to] = order[to - 1] ?? 0;
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

/** The rows, each of the same length, in the given order. */
export function inOrder(
  rows: Uint8Array,
  rowLength: number,
  order: Uint32Array,
  out: Uint8Array,
): Uint8Array {
  order.forEach((from, to) => {
    for (let at = 0; at < rowLength; at += 1) out[to * rowLength + at] = rows[from * rowLength + at] ?? 0;
  });
  return out;
}

function countingPass(
  order: Uint32Array<ArrayBuffer>,
  digit: (row: number) => number,
): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(0x10001);
  for (const row of order) starts[digit(row) + 1] = (starts[digit(row) + 1] ?? 0) + 1;
  for (let at = 0; at < 0x10000; at += 1) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
  const sorted = new Uint32Array(order.length);
  for (const row of order) {
    const at = starts[digit(row)] ?? 0;
    sorted[at] = row;
    starts[digit(row)] = at + 1;
  }
  return sorted;
}
