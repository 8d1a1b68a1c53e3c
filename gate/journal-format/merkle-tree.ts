import { hash as digestOf } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962, section 2.1: leaves are hashed with 00 before them, nodes with 01, and a
 * tree of n leaves splits at the largest power of two below n.
 */

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** The hash of an empty tree. */
export const emptyRoot: Uint8Array = Uint8Array.from(sha256());

/** In one call: a Hash object would be left to the collector for each, and a tap makes several. */
function sha256(...parts: Uint8Array[]): Uint8Array {
  return digestOf('sha256', Buffer.concat(parts), 'buffer');
}

/** The hash of one leaf: SHA-256(00 ‖ bytes). */
export function leafHash(bytes: Uint8Array): Uint8Array {
  return sha256(leafPrefix, bytes);
}

/** The hash over two subtrees: SHA-256(01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(nodePrefix, left, right);
}

/**
 * A growing tree of which only the right edge is kept: the roots of its perfect subtrees, one for each bit
 * of its size. Appending and the root are O(log n), in time and in memory.
 *
 * @example
 * const tree = new GrowingTree();
 * tree.append(leafHash(bytes));
 * tree.root();
 */
export class GrowingTree {
  #size = 0;
  /** The perfect subtrees from left (largest) to right. */
  readonly #edge: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    let hash = leaf;
    // As many subtrees are completed as the size ends in binary ones.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#edge.pop();
      if (left !== undefined) hash = nodeHash(left, hash);
    }
    this.#edge.push(hash);
    this.#size += 1;
  }

  root(): Uint8Array {
    const joined = this.#edge.reduceRight<Uint8Array | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    );
    return Uint8Array.from(joined ?? emptyRoot);
  }
}

/** The root over these leaf hashes. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const tree = new GrowingTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}

/** The largest power of two below n, for n above 1. */
function splitOf(n: number): number {
  return 2 ** (Math.ceil(Math.log2(n)) - 1);
}

/**
 * The audit path of leaf `index` in the tree over these leaf hashes (PATH of RFC 6962, 2.1.1), nearest
 * sibling first. There is none for an index outside the tree.
 */
export function inclusionProof(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  checkWhole(index, leaves.length - 1, 'index');
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(index, left), rootOf(right)]
    : [...inclusionProof(index - split, right), rootOf(left)];
}

/** Whether the path shows that this leaf hash is at `index` of the tree of that size and root. */
export function verifyInclusion(proof: {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}): boolean {
  const { leaf, index, size, path, root } = proof;
  if (!isWhole(size) || !isWhole(index) || index >= size || !areHashes([leaf, root, ...path])) return false;
  // RFC 9162, 2.1.3.2: walks up with the node's number and the last node's number of each level.
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && same(hash, root);
}

/**
 * The proof that the first `from` leaves are a prefix of these (PROOF of RFC 6962, 2.1.2). Empty for all of
 * them, and for none.
 */
export function consistencyProof(from: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  checkWhole(from, leaves.length, 'size');
  return from === 0 ? [] : subProof(from, leaves, true);
}

function subProof(from: number, leaves: readonly Uint8Array[], complete: boolean): Uint8Array[] {
  if (from === leaves.length) return complete ? [] : [rootOf(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return from <= split
    ? [...subProof(from, left, complete), rootOf(right)]
    : [...subProof(from - split, right, false), rootOf(left)];
}

/** Whether the proof shows that the first tree is a prefix of the second. */
export function verifyConsistency(proof: {
  readonly first: { readonly size: number; readonly root: Uint8Array };
  readonly second: { readonly size: number; readonly root: Uint8Array };
  readonly path: readonly Uint8Array[];
}): boolean {
  const { first, second, path } = proof;
  if (!isWhole(first.size) || !isWhole(second.size) || first.size > second.size) return false;
  if (!areHashes([first.root, second.root, ...path])) return false;
  if (first.size === 0) return path.length === 0 && same(first.root, emptyRoot);
  if (first.size === second.size) return path.length === 0 && same(first.root, second.root);
  // RFC 9162, 2.1.4.2: the old root begins the path where it is a perfect tree's.
  const isPerfect = Number.isInteger(Math.log2(first.size));
  const [start, ...rest] = isPerfect ? [first.root, ...path] : path;
  if (start === undefined) return false;
  let [node, last] = [first.size - 1, second.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [oldRoot, newRoot] = [start, start];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldRoot = nodeHash(sibling, oldRoot);
      newRoot = nodeHash(sibling, newRoot);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newRoot = nodeHash(newRoot, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && same(oldRoot, first.root) && same(newRoot, second.root);
}

/** Whether two hashes are the same bytes. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isWhole(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function checkWhole(n: number, most: number, what: string): void {
  if (!isWhole(n) || n > most) throw new RangeError(`The ${what} ${n} is outside the tree.`);
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === 32);
}
