import { createHash } from 'node:crypto';
import type { EventKey } from '../../hsm/keys/event-key.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import type { Entry, EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import type { PackContents } from '../../ticketing/entry-list/pack-contents.ts';
import { writeEntryList, type ListToWrite } from '../../ticketing/entry-list/write-entry-list.ts';

// A small event that the tests of lists and packs share.

export const noon = new Date('2026-11-21T12:00:00Z');
export const hour = 3_600_000;

/** The same bytes each time for a name: stands for what would be random. */
export function bytesOf(name: string, length = 32): Uint8Array {
  return Uint8Array.from(createHash('shake256', { outputLength: length }).update(name).digest());
}

/** A card as a certificate names it: the issuer's Name, and a serial. */
export function sampleCard(number: number): { issuer: Uint8Array; serial: Uint8Array } {
  const issuer = Buffer.from('30123110300e06035504030c0753616e64626f78', 'hex');
  const serial = Buffer.alloc(4);
  serial.writeUInt32BE(0x03000000 + number);
  return { issuer, serial: Uint8Array.from(serial) };
}

export function sampleRecord(number: number): EntryRecord {
  return { ticket: `K26-${String(number).padStart(6, '0')}`, seat: `1階 A列 ${number}番`, category: 'S席' };
}

export async function sampleEntry(
  key: EventKey,
  number: number,
  record = sampleRecord(number),
): Promise<Entry> {
  return {
    serialHash: await key.serialHash(sampleCard(number)),
    ticketHash: await key.ticketHash(record.ticket),
    record,
  };
}

/** A list of so many sample entries; anything of it can be given otherwise. */
export async function sampleList(
  key: EventKey,
  signer: Signer,
  count: number,
  other: Partial<ListToWrite> = {},
): Promise<Uint8Array> {
  const entries = await Promise.all(Array.from({ length: count }, (_, number) => sampleEntry(key, number)));
  return writeEntryList({
    event: 'autumn-2026',
    session: 'evening',
    gateGroup: 'north',
    version: 7,
    issuedAt: noon,
    validFrom: noon,
    validUntil: new Date(noon.getTime() + 12 * hour),
    salt: bytesOf('salt'),
    signer,
    entries,
    ...other,
  });
}

export function sampleContents(other: Partial<PackContents> = {}): PackContents {
  return {
    texts: {
      event: { ja: '秋の音楽会', en: 'Autumn concert' },
      session: { ja: '夜の部', en: 'Evening' },
    },
    startsAt: new Date(noon.getTime() + 6 * hour),
    rules: { entry: 'after-exit', visitLimits: [{ visits: 2, days: 7 }] },
    wrappedKeys: [{ recipient: bytesOf('gate'), wrapped: bytesOf('wrapped', 256) }],
    roots: [bytesOf('root', 900)],
    crls: [
      {
        issuerKeyId: bytesOf('issuer', 20),
        number: Uint8Array.of(1, 2),
        thisUpdate: noon,
        digest: bytesOf('crl'),
      },
    ],
    receipt: '{border:line}\n^^^{seat}',
    ...other,
  };
}
