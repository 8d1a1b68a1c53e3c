import { createHmac } from 'node:crypto';
import { p384 } from '@noble/curves/nist.js';
import { openEntryList, type EntryList } from '../../ticketing/entry-list/entry-list.ts';
import type { Entry, EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import { unpackCardKey } from '../../ticketing/entry-list/card-key.ts';
import { deltaFormat, fileId, listFormat } from '../../ticketing/entry-list/manifest.ts';
import { RecordSeal } from '../../ticketing/entry-list/record-seal.ts';
import { TagIndex } from '../../ticketing/entry-list/tag-index.ts';
import { writeDelta, writeEntryList } from '../../ticketing/entry-list/write-entry-list.ts';
import { clearEventKey } from './event-key.ts';
import { steadySigner } from './clear-signer.ts';
import { bytesOf, hour, noon, sampleCard } from './sample.ts';

// The vectors that FORMAT.md tells of: files, the keys to them in clear, and what must come out. All is
// made from names, so that they can be made again; every key here is a test key.

const eventKeyBytes = bytesOf('vector event key');
const key = clearEventKey(eventKeyBytes);
const signer = steadySigner(bytesOf('vector list-signing key'));
const identity = { event: 'vector-event', session: 'vector-evening', gateGroup: 'north' };

interface Holder {
  /** The number of the sample card; none for a ticket that no card is bound to. */
  readonly card?: number;
  readonly record: EntryRecord;
}

const plain: readonly Holder[] = [
  { card: 1, record: { ticket: 'V-0001', seat: '1階 A列 1番', category: 'S席' } },
  {
    card: 2,
    record: {
      ticket: 'V-0002',
      zone: 'arena',
      category: 'A',
      doors: ['east', '西口'],
      window: { from: new Date(noon.getTime() + 5 * hour), until: new Date(noon.getTime() + 6 * hour) },
      party: { id: 'P-7', size: 3, role: 'representative' },
      admits: 3,
      flags: ['needs-adult', 'needs-assistance'],
    },
  },
  // One ticket, two cards: a card and its telephone's.
  { card: 3, record: { ticket: 'V-0003', seat: 'B-12', category: 'A' } },
  { card: 4, record: { ticket: 'V-0003', seat: 'B-12', category: 'A' } },
  // Sold, and bound to no card.
  { record: { ticket: 'V-0004', seat: 'B-13', category: 'A' } },
];
const pinned: readonly Holder[] = [
  { card: 1, record: { ticket: 'V-0001', category: 'S席', publicKey: p384Key() } },
  { card: 2, record: { ticket: 'V-0002', category: 'A', publicKey: rsaKey() } },
];
const changed: readonly Holder[] = [
  { card: 1, record: { ticket: 'V-0001', seat: '2階 C列 9番', category: 'S席' } },
  { card: 6, record: { ticket: 'V-0006', seat: 'B-14', category: 'A' } },
];

/** Every file of the vectors, by its name. */
export async function makeVectors(): Promise<Map<string, Uint8Array>> {
  const list = await writeList(1, 'salt of list.kazasu', plain, [5]);
  const pinnedList = await writeList(2, 'salt of list-pinned.kazasu', pinned, []);
  const opened = open(list);
  const delta = await writeDelta({
    base: opened,
    version: 3,
    issuedAt: new Date(noon.getTime() + hour),
    salt: bytesOf('salt of delta.kazasu'),
    signer,
    written: await entriesOf(changed),
    withdrawn: [await serialHash(2)],
    revoked: [await serialHash(3)],
  });
  const listVectors = await describeFile(list, 'list', bytesOf('salt of list.kazasu'), plain, 1);
  const pinnedVectors = await describeFile(
    pinnedList,
    'list',
    bytesOf('salt of list-pinned.kazasu'),
    pinned,
    2,
  );
  opened.apply(delta);
  const deltaVectors = await describeFile(delta, 'delta', bytesOf('salt of delta.kazasu'), changed, 3);
  const description = {
    note: 'Test keys and invented cards. Made by test/entry-list; FORMAT.md says what each value is. All bytes are hexadecimal.',
    eventKey: hex(eventKeyBytes),
    listSigningKey: {
      publicKey: hex(signer.publicKey),
      keyId: hex(signer.verifyKeys[0]?.keyId ?? bytesOf('')),
    },
    files: {
      'list.kazasu': { ...listVectors, revoked: [await describeCard(5)] },
      'list-pinned.kazasu': { ...pinnedVectors, revoked: [] },
      'delta.kazasu': {
        changes: 'list.kazasu',
        ...deltaVectors,
        withdrawn: [await describeCard(2)],
        revoked: [await describeCard(3)],
      },
    },
    notOnAnyList: [await describeCard(99)],
  };
  return new Map([
    ['list.kazasu', list],
    ['list-pinned.kazasu', pinnedList],
    ['delta.kazasu', delta],
    ['vectors.json', Buffer.from(`${JSON.stringify(description, null, 2)}\n`)],
  ]);
}

async function writeList(
  version: number,
  salt: string,
  holders: readonly Holder[],
  revoked: readonly number[],
): Promise<Uint8Array> {
  const times = { issuedAt: noon, validFrom: noon, validUntil: new Date(noon.getTime() + 12 * hour) };
  const entries = await entriesOf(holders);
  const lost = await Promise.all(revoked.map(serialHash));
  return writeEntryList({
    ...identity,
    ...times,
    version,
    salt: bytesOf(salt),
    signer,
    entries,
    revoked: lost,
  });
}

function open(list: Uint8Array): EntryList {
  return openEntryList(list, { verifyKeys: signer.verifyKeys, gateGroup: identity.gateGroup, now: noon });
}

function entriesOf(holders: readonly Holder[]): Promise<Entry[]> {
  return Promise.all(
    holders.map(async ({ card, record }) => ({
      ...(card === undefined ? {} : { serialHash: await serialHash(card) }),
      ticketHash: await key.ticketHash(record.ticket),
      record,
    })),
  );
}

/** Every value on the way from a card, or a ticket number, to its record. */
async function describeFile(
  file: Uint8Array,
  kind: 'list' | 'delta',
  salt: Uint8Array,
  holders: readonly Holder[],
  version: number,
): Promise<object> {
  const format = kind === 'list' ? listFormat : deltaFormat;
  const id = fileId(format, { ...identity, version });
  const sealer = new RecordSeal(salt, id);
  const hashes = await Promise.all(
    holders.map(({ card, record }) =>
      card === undefined ? key.ticketHash(record.ticket) : serialHash(card),
    ),
  );
  const ordered = hashes.map((hash) => hash.subarray(0, 16)).sort((a, b) => Buffer.compare(a, b));
  const index = new TagIndex(Buffer.concat(ordered), 16, 16);
  const rows = holders.map(async ({ card, record }, at) => {
    const hash = hashes[at] ?? bytesOf('');
    const tag = hash.subarray(0, 16);
    return {
      ...(card === undefined ? { unbound: true } : await describeCard(card)),
      row: index.find(tag),
      key: hex(sealer.recordKey(hash)),
      nonce: hex(tag.subarray(0, 12)),
      record: describeRecord(record),
    };
  });
  const tickets = [...new Set(holders.map(({ record }) => record.ticket))].map(async (number) => {
    const hash = await key.ticketHash(number);
    return {
      number,
      hash: hex(hash),
      tag: hex(hash.subarray(0, 8)),
      mask: hex(sealer.maskLink(hash, new Uint8Array(20))),
    };
  });
  return {
    length: file.length,
    id: hex(id),
    salt: hex(salt),
    linkKey: hex(linkKey(salt, id)),
    cards: await Promise.all(rows),
    tickets: await Promise.all(tickets),
  };
}

function linkKey(salt: Uint8Array, id: Uint8Array): Uint8Array {
  return createHmac('sha256', salt).update('kazasu/ticket-link/v1\0').update(id).digest();
}

async function describeCard(
  number: number,
): Promise<{ issuer: string; serial: string; hash: string; tag: string }> {
  const { issuer, serial } = sampleCard(number);
  const hash = await serialHash(number);
  return { issuer: hex(issuer), serial: hex(serial), hash: hex(hash), tag: hex(hash.subarray(0, 16)) };
}

function describeRecord({ publicKey, ...record }: EntryRecord): object {
  return { ...record, ...(publicKey === undefined ? {} : { publicKey: hex(publicKey) }) };
}

function serialHash(card: number): Promise<Uint8Array> {
  return key.serialHash(sampleCard(card));
}

function p384Key(): Uint8Array {
  return unpackCardKey(p384.getPublicKey(bytesOf('vector card key', 48), false).subarray(1));
}

/** Bytes in the form of an RSA-2048 key; nobody has its private half. */
function rsaKey(): Uint8Array {
  const modulus = bytesOf('vector modulus', 256);
  modulus[0] = 0x80 | (modulus[0] ?? 0);
  modulus[255] = 0x01 | (modulus[255] ?? 0);
  return unpackCardKey(modulus);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
