import { randomBytes } from 'node:crypto';
import type { Signer } from '../../hsm/keys/signer.ts';
import { headsOf, writeContainer, type Section } from './container.ts';
import { EntryListError } from './entry-list-error.ts';
import type { EntryList } from './entry-list.ts';
import type { Entry } from './entry-record.ts';
import { sealEntries, sortedTags, type EntryRows } from './entry-rows.ts';
import { hashLength, tagLength } from './limits.ts';
import {
  deltaFormat,
  deltaManifest,
  fileId,
  listFormat,
  listManifest,
  type ListIdentity,
} from './manifest.ts';
import { encodeFields } from './signed-fields.ts';
import { TagIndex } from './tag-index.ts';

export interface WriteOptions {
  readonly signer: Signer;
  readonly issuedAt: Date;
  /** 32 bytes. Fresh random ones for each file, unless the same bytes must come out again. */
  readonly salt?: Uint8Array;
  /** Told how many entries are sealed, now and then. */
  readonly onProgress?: (done: number) => void;
}

export interface ListToWrite extends WriteOptions, ListIdentity {
  /** From when to when a gate may take the list and admit by it. */
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly entries: Iterable<Entry> | AsyncIterable<Entry>;
  /** Serial hashes of cards that were bound and must be refused with their own word. */
  readonly revoked?: Iterable<Uint8Array>;
}

export interface DeltaToWrite extends WriteOptions {
  /** The list, with the deltas before this one applied, that this changes; or what of it a delta names. */
  readonly base: Pick<EntryList, 'version' | 'digest'> & {
    readonly manifest: Pick<ListIdentity, 'event' | 'session' | 'gateGroup'>;
  };
  readonly version: number;
  /** Entries that are new, or that differ from what the base has. */
  readonly written: Iterable<Entry> | AsyncIterable<Entry>;
  /** Hashes whose entries are gone: cancelled, or bound to another card. */
  readonly withdrawn?: Iterable<Uint8Array>;
  readonly revoked?: Iterable<Uint8Array>;
}

/**
 * Writes an entry list: sealed rows in the order of their tags, signed as a whole. The same input and
 * salt give the same bytes up to the signature.
 *
 * @example
 * const bytes = await writeEntryList({ event, session, gateGroup, version: 7, issuedAt, validFrom, validUntil,
 *   signer, entries: [{ serialHash, ticketHash, record: { ticket: 'K-0001', seat: '1階 A-12', category: 'S' } }] });
 */
export async function writeEntryList(list: ListToWrite): Promise<Uint8Array> {
  const salt = saltOf(list);
  const id = fileId(listFormat, list);
  const rows = await sealEntries(list.entries, { salt, id, onProgress: list.onProgress });
  const revoked = sortedTags(list.revoked ?? []);
  refuseShared(rows.tags, revoked, 'An entry of the list is revoked too; give each card in one place.');
  const sections = [...rowSections(rows), { name: 'revoked', bytes: revoked }];
  const { event, session, gateGroup, version, issuedAt, validFrom, validUntil } = list;
  if (validFrom > validUntil) {
    throw new EntryListError('cannot-write', 'The list would end before it begins; give other times.');
  }
  const { count, recordSize } = rows;
  const identity = { format: listFormat, event, session, gateGroup, version } as const;
  const times = { issuedAt, validFrom, validUntil };
  const head = { ...identity, ...times, salt, count, recordSize, sections: headsOf(sections) };
  return writeContainer('list', encodeFields(listManifest, head), sections, list.signer);
}

/**
 * Writes what changed since a version: a small file that a gate applies while it is open.
 *
 * @example
 * const delta = await writeDelta({ base: list, version: 8, issuedAt, signer, written: [], revoked: [serialHash] });
 */
export async function writeDelta(delta: DeltaToWrite): Promise<Uint8Array> {
  const { base, version, issuedAt, signer } = delta;
  if (version <= base.version) {
    throw new EntryListError('cannot-write', "A delta's version is above that of the list it changes.");
  }
  const salt = saltOf(delta);
  const { event, session, gateGroup } = base.manifest;
  const identity = { event, session, gateGroup, version };
  const id = fileId(deltaFormat, identity);
  const rows = await sealEntries(delta.written, { salt, id, onProgress: delta.onProgress });
  const withdrawn = sortedTags(delta.withdrawn ?? []);
  const revoked = sortedTags(delta.revoked ?? []);
  const twice = 'A card stands twice among the changes; give each one change.';
  refuseShared(rows.tags, withdrawn, twice);
  refuseShared(rows.tags, revoked, twice);
  refuseShared(withdrawn, revoked, twice);
  const sections = [
    ...rowSections(rows),
    { name: 'withdrawn', bytes: withdrawn },
    { name: 'revoked', bytes: revoked },
  ];
  const head = {
    format: deltaFormat,
    ...identity,
    base: base.version,
    baseDigest: base.digest,
    issuedAt,
    salt,
    count: rows.count,
    recordSize: rows.recordSize,
    sections: headsOf(sections),
  } as const;
  return writeContainer('delta', encodeFields(deltaManifest, head), sections, signer);
}

function rowSections({ tags, records, tickets }: EntryRows): Section[] {
  return [
    { name: 'tags', bytes: tags },
    { name: 'records', bytes: records },
    { name: 'tickets', bytes: tickets },
  ];
}

function saltOf({ salt = randomBytes(hashLength) }: WriteOptions): Uint8Array {
  if (salt.length !== hashLength) {
    throw new EntryListError(
      'cannot-write',
      "A list's salt is 32 random bytes; leave it out to have them made.",
    );
  }
  return Uint8Array.from(salt);
}

function refuseShared(tags: Uint8Array, others: Uint8Array, sentence: string): void {
  const index = new TagIndex(tags, tagLength, tagLength);
  for (let at = 0; at < others.length; at += tagLength) {
    if (index.find(others.subarray(at, at + tagLength)) >= 0)
      throw new EntryListError('cannot-write', sentence);
  }
}
