import type { VerifyKey } from '../../hsm/seal/seal.ts';
import { EntryListError } from './entry-list-error.ts';
import type { EntryRecord } from './entry-record.ts';
import type { Layer } from './layer.ts';
import { hashLength, tagLength } from './limits.ts';
import { checkForWhom, checkTimes, type DeltaManifest, type ForWhom, type ListManifest } from './manifest.ts';
import { decodeRecord } from './record-encoding.ts';
import { TagTable } from './tag-table.ts';
import { verifyDeltaFile, verifyListFile } from './verify-file.ts';

export type { ListManifest } from './manifest.ts';

export interface OpenListOptions extends ForWhom {
  /** The list-signing keys that are trusted here. */
  readonly verifyKeys: readonly VerifyKey[];
  readonly now: Date;
}

/** A record found by a typed ticket number, with the tag of the card (or unbound ticket) that it belongs to. */
export interface TicketFound {
  readonly tag: Uint8Array;
  readonly record: EntryRecord;
}

export interface DeltaOutcome {
  /** False where this delta had been applied before: nothing changed. */
  readonly applied: boolean;
  readonly version: number;
  readonly added: number;
  readonly changed: number;
  readonly withdrawn: number;
  readonly revoked: number;
}

/**
 * Opens a sealed entry list: checks its signature, whom and when it is for, and every section's digest in
 * one pass. The bytes are kept and read in place; do not change them.
 *
 * @example
 * const list = openEntryList(await readFile(path), { verifyKeys: [verifyKey(point)], gateGroup: 'north', now });
 * const found = list.find(await eventKey.serialHash(card));
 */
export function openEntryList(bytes: Uint8Array, options: OpenListOptions): EntryList {
  const { manifest, digest, layer } = verifyListFile(bytes, options.verifyKeys);
  checkForWhom(manifest, options);
  checkTimes(manifest, options.now);
  return new EntryList(manifest, digest, layer, options.verifyKeys);
}

/** What a row of the list, or of a delta over it, became. */
const withdrawn = -1;
const revoked = -2;

export class EntryList {
  readonly manifest: ListManifest;
  readonly #keys: readonly VerifyKey[];
  /** The list itself, then the deltas in their order. */
  readonly #layers: Layer[];
  /** What deltas did to a tag: where its row now is, or that it is gone. Every other is in the list itself. */
  readonly #touched = new TagTable(tagLength);
  /** Where the rows of deltas are, by the number that the table holds. */
  readonly #places: { readonly layer: Layer; readonly row: number }[] = [];
  readonly #digests = new Set<string>();
  #version: number;
  #digest: Uint8Array;
  #count: number;

  /** Use `openEntryList`. */
  constructor(manifest: ListManifest, digest: Uint8Array, layer: Layer, keys: readonly VerifyKey[]) {
    this.manifest = manifest;
    this.#layers = [layer];
    this.#keys = keys;
    this.#version = manifest.version;
    this.#digest = digest;
    this.#count = layer.tags.count;
  }

  /** How many entries are in force: those of the list, with what deltas added and took away. */
  get count(): number {
    return this.#count;
  }

  /** The version that the list is at: its own, or that of the last delta. */
  get version(): number {
    return this.#version;
  }

  /** Names exactly the file that the list is at: the SHA-256 of the last sealed manifest. */
  get digest(): Uint8Array {
    return this.#digest;
  }

  /**
   * The record that a card opens, by its serial hash; 'revoked' for a card that was lost; undefined where
   * the list does not have it.
   */
  find(hash: Uint8Array): EntryRecord | 'revoked' | undefined {
    checkHash(hash);
    const touched = this.#touched.get(hash);
    if (touched === withdrawn) return undefined;
    if (touched === revoked) return 'revoked';
    if (touched > 0) return this.#openPlace(touched, (layer, row) => layer.openByHash(row, hash));
    const base = this.#base();
    if (base.revoked.find(hash) >= 0) return 'revoked';
    const row = base.tags.find(hash);
    return row < 0 ? undefined : decodeRecord(base.openByHash(row, hash));
  }

  /**
   * The same by the hash of a typed ticket number. Of a ticket with several cards it finds one. The newest
   * file that leads to a row still in force counts.
   */
  findTicket(ticketHash: Uint8Array): TicketFound | 'revoked' | undefined {
    checkHash(ticketHash);
    let answer: 'revoked' | undefined;
    for (const layer of this.#layers.toReversed()) {
      const ticketRow = layer.tickets.find(ticketHash);
      if (ticketRow < 0) continue;
      const { row, key } = layer.openLink(ticketRow, ticketHash);
      const tag = layer.tagOf(row);
      if (this.#inForce(tag, layer, row)) return { tag, record: decodeRecord(layer.openByKey(row, key)) };
      if (this.stateOf(tag) === 'revoked') answer = 'revoked';
    }
    return answer;
  }

  /**
   * Whether the list has a tag, without opening its record. This is the look-up alone: it parses and
   * allocates nothing.
   */
  stateOf(tag: Uint8Array): 'listed' | 'revoked' | undefined {
    const touched = this.#touched.get(tag);
    if (touched === withdrawn) return undefined;
    if (touched === revoked) return 'revoked';
    if (touched > 0) return 'listed';
    const base = this.#base();
    if (base.revoked.find(tag) >= 0) return 'revoked';
    return base.tags.find(tag) < 0 ? undefined : 'listed';
  }

  /**
   * Applies a signed change. It must be for the very version that the list is at; the same one again
   * changes nothing. The list's own bytes stay as they are.
   */
  apply(delta: Uint8Array): DeltaOutcome {
    const { manifest, digest, layer } = verifyDeltaFile(delta, this.#keys);
    checkForWhom(manifest, this.manifest);
    const name = Buffer.from(digest).toString('hex');
    if (this.#digests.has(name)) return this.#outcome(layer, false, 0);
    this.#checkBase(manifest);
    const added = this.#take(layer);
    this.#digests.add(name);
    this.#layers.push(layer);
    this.#version = manifest.version;
    this.#digest = digest;
    return this.#outcome(layer, true, added);
  }

  #checkBase({ base, baseDigest, version }: DeltaManifest): void {
    if (base !== this.#version || Buffer.compare(baseDigest, this.#digest) !== 0 || version <= base) {
      throw new EntryListError(
        'wrong-base',
        `The delta changes version ${base}, and the list is at ${this.#version}; take the deltas in order, or a whole list.`,
      );
    }
  }

  /** Lays a delta's rows over the list; answers how many of them are new. */
  #take(layer: Layer): number {
    let added = 0;
    const { tags, withdrawn: gone, revoked: lost } = layer.bytes;
    eachRow(tags, tagLength, (tag, row) => {
      if (this.stateOf(tag) !== 'listed') added += 1;
      this.#touched.set(tag, this.#places.push({ layer, row }));
    });
    this.#count += added;
    eachRow(gone, tagLength, (tag) => {
      this.#takeAway(tag, withdrawn);
    });
    eachRow(lost, tagLength, (tag) => {
      this.#takeAway(tag, revoked);
    });
    return added;
  }

  #takeAway(tag: Uint8Array, became: typeof withdrawn | typeof revoked): void {
    if (this.stateOf(tag) === 'listed') this.#count -= 1;
    this.#touched.set(tag, became);
  }

  #outcome(layer: Layer, applied: boolean, added: number): DeltaOutcome {
    if (!applied) return { applied, version: this.#version, added: 0, changed: 0, withdrawn: 0, revoked: 0 };
    return {
      applied,
      version: this.#version,
      added,
      changed: layer.tags.count - added,
      withdrawn: layer.withdrawn.count,
      revoked: layer.revoked.count,
    };
  }

  #openPlace(number: number, open: (layer: Layer, row: number) => Uint8Array): EntryRecord | undefined {
    const place = this.#places[number - 1];
    return place === undefined ? undefined : decodeRecord(open(place.layer, place.row));
  }

  /** Whether this row is the one that the list has for the tag now, and no later file changed it. */
  #inForce(tag: Uint8Array, layer: Layer, row: number): boolean {
    const touched = this.#touched.get(tag);
    if (touched === 0) return layer === this.#base();
    const place = this.#places[touched - 1];
    return place?.layer === layer && place.row === row;
  }

  #base(): Layer {
    const [base] = this.#layers;
    if (base === undefined) throw new TypeError('an entry list without rows');
    return base;
  }
}

function eachRow(rows: Uint8Array, length: number, act: (row: Uint8Array, number: number) => void): void {
  for (let at = 0; at < rows.length; at += length) act(rows.subarray(at, at + length), at / length);
}

function checkHash(hash: Uint8Array): void {
  if (hash.length !== hashLength) {
    throw new EntryListError('record-sealed', 'A hash is 32 bytes; give it as the HSM answered it.');
  }
}
