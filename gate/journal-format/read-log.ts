import { decodeEntry, type Entry, type EntryOf } from './entry.ts';
import type { Finding } from './finding.ts';
import { GrowingTree, leafHash, same } from './merkle-tree.ts';
import type { HandedOverLog } from './read-handed-over.ts';
import type { Claim } from './signed-claims.ts';

interface ReadEntry {
  readonly leaf: Uint8Array;
  readonly entry: Entry | undefined;
}

/**
 * One log of a handed-over file with its entries read and put in order of their numbers, and what is
 * wrong with them on their own, before any signature is asked.
 */
export class ReadLog {
  readonly gate: string;
  readonly epoch: number;
  readonly notes: readonly string[];
  readonly findings: readonly Finding[];
  /** One more than the highest number. */
  readonly length: number;
  /** How many entries there are from the beginning without one missing. */
  readonly unbroken: number;
  /** The first entry, where it is the start of this log. */
  readonly start: EntryOf<'start'> | undefined;
  /** What entries of this log say was signed. */
  readonly ownClaims: readonly Claim[];
  readonly #leaves: readonly Uint8Array[];
  readonly #roots = new Map<number, Uint8Array>();

  constructor({ gate, epoch, entries, notes }: HandedOverLog) {
    this.gate = gate;
    this.epoch = epoch;
    this.notes = notes;
    const findings: Finding[] = [];
    const byNumber = new Map<number, ReadEntry>();
    let before = -1;
    for (const [position, { leaf, bytes }] of entries.entries()) {
      const isWritten = same(leafHash(bytes), leaf);
      const entry = readable(bytes);
      // A changed entry may lie about its number: it stands where it stands.
      const number = isWritten && entry !== undefined ? entry.number : position;
      if (!isWritten)
        findings.push(found('entry-changed', epoch, number, 'is not what it was when it was written'));
      else if (entry === undefined)
        findings.push(found('entry-unreadable', epoch, number, 'is not an entry'));
      if (number <= before) {
        findings.push(found('entry-reordered', epoch, number, 'does not stand where it was written'));
      }
      before = Math.max(before, number);
      if (!byNumber.has(number)) byNumber.set(number, { leaf, entry });
    }
    const numbers = [...byNumber.keys()].sort((a, b) => a - b);
    this.length = (numbers.at(-1) ?? -1) + 1;
    findings.push(...gaps(epoch, numbers));
    const firstGap = numbers.findIndex((number, index) => number !== index);
    this.unbroken = firstGap < 0 ? numbers.length : firstGap;
    const inOrder = numbers.slice(0, this.unbroken).flatMap((number) => byNumber.get(number) ?? []);
    this.#leaves = inOrder.map(({ leaf }) => leaf);
    findings.push(...clockBack(epoch, inOrder));
    const first = inOrder[0]?.entry;
    this.start = first?.kind === 'start' && first.epoch === epoch && first.gate === gate ? first : undefined;
    if (this.start === undefined && this.unbroken > 0) {
      findings.push(found('entry-changed', epoch, 0, 'is not the start of this log'));
    }
    this.findings = findings;
    this.ownClaims = inOrder.flatMap(({ entry }) =>
      entry?.kind === 'checkpoint' ? [{ size: entry.size, root: entry.root, by: 'entry' as const }] : [],
    );
  }

  /** Works out the roots at these sizes, in one pass. */
  workOutRoots(sizes: readonly number[]): void {
    const wanted = new Set(sizes);
    const tree = new GrowingTree();
    this.#roots.set(0, tree.root());
    for (const leaf of this.#leaves) {
      tree.append(leaf);
      if (wanted.has(tree.size)) this.#roots.set(tree.size, tree.root());
    }
  }

  /**
   * Whether the first entries have the root that is claimed, of those sizes that were worked out; not where
   * some of them are missing.
   */
  holds({ size, root }: Claim): boolean {
    const own = this.#roots.get(size);
    return own !== undefined && same(own, root);
  }
}

function readable(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch {
    return undefined;
  }
}

function found(code: Finding['code'], epoch: number, number: number, why: string): Finding {
  return { code, epoch, number, sentence: `Entry ${number} of log ${epoch} ${why}.` };
}

function gaps(epoch: number, numbers: readonly number[]): Finding[] {
  const findings: Finding[] = [];
  let expected = 0;
  for (const number of numbers) {
    if (number > expected) {
      const which = number - expected === 1 ? `Entry ${expected}` : `Entries ${expected} to ${number - 1}`;
      const sentence = `${which} of log ${epoch}: removed from between the others.`;
      findings.push({ code: 'entry-removed', epoch, number: expected, sentence });
    }
    expected = number + 1;
  }
  return findings;
}

function clockBack(epoch: number, entries: readonly ReadEntry[]): Finding[] {
  let before = 0;
  for (const { entry } of entries) {
    if (entry === undefined) continue;
    if (entry.at < before) {
      return [found('clock-back', epoch, entry.number, 'is dated before the entry before it')];
    }
    before = entry.at;
  }
  return [];
}
