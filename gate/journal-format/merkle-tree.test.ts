import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  emptyRoot,
  GrowingTree,
  inclusionProof,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle-tree.ts';

// RFC 6962's definitions once more, word for word and without care for speed; they share no code with ours.
const sha256 = (...parts: Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

function definedRoot(inputs: Uint8Array[]): string {
  if (inputs.length === 0) return sha256();
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) return sha256(Buffer.from([0]), only);
  let k = 1;
  while (k * 2 < inputs.length) k *= 2;
  const left = definedRoot(inputs.slice(0, k));
  const right = definedRoot(inputs.slice(k));
  return sha256(Buffer.from([1]), bytesOf(left), bytesOf(right));
}

function definedPath(m: number, inputs: Uint8Array[]): string[] {
  if (inputs.length === 1) return [];
  let k = 1;
  while (k * 2 < inputs.length) k *= 2;
  if (m < k) return [...definedPath(m, inputs.slice(0, k)), definedRoot(inputs.slice(k))];
  return [...definedPath(m - k, inputs.slice(k)), definedRoot(inputs.slice(0, k))];
}

function definedProof(m: number, inputs: Uint8Array[], complete: boolean): string[] {
  if (m === inputs.length) return complete ? [] : [definedRoot(inputs)];
  let k = 1;
  while (k * 2 < inputs.length) k *= 2;
  if (m <= k) return [...definedProof(m, inputs.slice(0, k), complete), definedRoot(inputs.slice(k))];
  return [...definedProof(m - k, inputs.slice(k), false), definedRoot(inputs.slice(0, k))];
}

const most = 70;
const inputs = Array.from({ length: most }, (_, n) => Buffer.from(`entry ${n}`));
const leaves = inputs.map(leafHash);
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const roots = Array.from({ length: most + 1 }, (_, size) => bytesOf(definedRoot(inputs.slice(0, size))));
const rootAt = (size: number): Uint8Array => roots[size] ?? emptyRoot;
const sizes = Array.from({ length: most }, (_, n) => n + 1);

function flipped(bytes: Uint8Array, at = 0): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('the tree', () => {
  it('has the roots that RFC 6962 defines, for every size from 0 to 70', () => {
    const tree = new GrowingTree();
    expect(hex(tree.root())).toBe(definedRoot([]));
    for (const [n, leaf] of leaves.entries()) {
      tree.append(leaf);
      expect(tree.size).toBe(n + 1);
      expect(hex(tree.root())).toBe(hex(rootAt(n + 1)));
    }
  });

  it('has the root of an empty tree that the RFC names', () => {
    expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('tells a leaf from a node of the same bytes', () => {
    const [left, right] = leaves;
    if (left === undefined || right === undefined) throw new Error('no leaves');
    expect(hex(leafHash(Buffer.concat([left, right])))).not.toBe(hex(rootOf([left, right])));
  });
});

describe('inclusion', () => {
  const each = (check: (index: number, size: number, path: Uint8Array[]) => void): void => {
    for (const size of sizes) {
      for (let index = 0; index < size; index += 1) {
        check(index, size, inclusionProof(index, leaves.slice(0, size)));
      }
    }
  };
  const holds = (index: number, size: number, path: readonly Uint8Array[], change: object = {}): boolean =>
    verifyInclusion({
      leaf: leaves[index] ?? emptyRoot,
      index,
      size,
      path,
      root: rootAt(size),
      ...change,
    });

  it('has the paths that RFC 6962 defines, for every leaf of every size', () => {
    each((index, size, path) => {
      expect(path.map(hex)).toEqual(definedPath(index, inputs.slice(0, size)));
    });
  });

  it('verifies for every leaf of every size', () => {
    each((index, size, path) => {
      expect(holds(index, size, path)).toBe(true);
    });
  });

  it('fails for another leaf, another root, another place, and a path that is changed, cut or longer', () => {
    each((index, size, path) => {
      expect(holds(index, size, path, { leaf: flipped(leaves[index] ?? emptyRoot) })).toBe(false);
      expect(holds(index, size, path, { root: flipped(rootAt(size), 31) })).toBe(false);
      expect(holds(index, size, [...path, emptyRoot])).toBe(false);
      expect(holds(index, size, path, { index: size })).toBe(false);
      for (const [n, hash] of path.entries()) {
        expect(holds(index, size, path.with(n, flipped(hash)))).toBe(false);
      }
      if (path.length > 0) {
        expect(holds(index, size, path.slice(0, -1))).toBe(false);
        expect(holds(index, size, path.slice(1))).toBe(false);
        expect(holds(index, size, path, { index: (index + 1) % size })).toBe(false);
      }
    });
  });

  it('fails for numbers and hashes that are none', () => {
    const path = inclusionProof(2, leaves.slice(0, 7));
    for (const index of [-1, 1.5, Number.NaN, 2 ** 60]) expect(holds(2, 7, path, { index })).toBe(false);
    expect(holds(2, 7, path, { size: Number.POSITIVE_INFINITY })).toBe(false);
    expect(holds(2, 7, path, { leaf: new Uint8Array(31) })).toBe(false);
  });

  it('has no path outside the tree', () => {
    expect(() => inclusionProof(3, leaves.slice(0, 3))).toThrow(RangeError);
    expect(() => inclusionProof(-1, leaves.slice(0, 3))).toThrow(RangeError);
  });
});

describe('consistency', () => {
  const each = (check: (from: number, to: number, path: Uint8Array[]) => void): void => {
    for (const to of sizes) {
      for (let from = 1; from <= to; from += 1) check(from, to, consistencyProof(from, leaves.slice(0, to)));
    }
  };
  const holds = (from: number, to: number, path: readonly Uint8Array[], change: object = {}): boolean =>
    verifyConsistency({
      first: { size: from, root: rootAt(from) },
      second: { size: to, root: rootAt(to) },
      path,
      ...change,
    });

  it('has the proofs that RFC 6962 defines, for every pair of sizes', () => {
    each((from, to, path) => {
      expect(path.map(hex)).toEqual(definedProof(from, inputs.slice(0, to), true));
    });
  });

  it('verifies for every pair of sizes, the empty tree among them', () => {
    each((from, to, path) => {
      expect(holds(from, to, path)).toBe(true);
    });
    for (const to of [0, ...sizes]) expect(holds(0, to, [])).toBe(true);
  });

  it('fails for another root, and for a proof that is changed, cut or longer', () => {
    each((from, to, path) => {
      const wrongFirst = { first: { size: from, root: flipped(rootAt(from)) } };
      expect(holds(from, to, path, wrongFirst)).toBe(false);
      expect(holds(from, to, path, { second: { size: to, root: flipped(rootAt(to)) } })).toBe(false);
      expect(holds(from, to, [...path, emptyRoot])).toBe(false);
      if (path.length > 0) expect(holds(from, to, path.slice(0, -1))).toBe(false);
      for (const [n, hash] of path.entries()) {
        expect(holds(from, to, path.with(n, flipped(hash)))).toBe(false);
      }
    });
  });

  it('fails for a tree that shrank, and for one that was rewritten', () => {
    expect(holds(9, 5, [])).toBe(false);
    for (const from of sizes.slice(0, -1)) {
      const rewritten = leaves.with(from - 1, leafHash(Buffer.from('another')));
      const second = { size: most, root: rootOf(rewritten) };
      expect(holds(from, most, consistencyProof(from, rewritten), { second })).toBe(false);
    }
  });

  it('never throws, whatever it is given', () => {
    const hash = fc.uint8Array({ minLength: 0, maxLength: 33 });
    const size = fc.oneof(fc.nat(100), fc.double(), fc.integer());
    fc.assert(
      fc.property(size, size, hash, hash, fc.array(hash, { maxLength: 8 }), (from, to, one, other, path) => {
        verifyConsistency({ first: { size: from, root: one }, second: { size: to, root: other }, path });
        verifyInclusion({ leaf: one, index: from, size: to, path, root: other });
      }),
    );
  });
});
