import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { clearEventKey } from '../../test/entry-list/event-key.ts';
import { bytesOf, noon, sampleCard, sampleList, sampleRecord } from '../../test/entry-list/sample.ts';
import { openEntryList, type EntryList } from './entry-list.ts';
import { EntryListError } from './entry-list-error.ts';

// A thief has the gate's disk: the file, this program, the signing key's public half, every serial that
// there can be and every ticket number. The thief lacks the event key, which is in HSMs.

const signer = clearSigner();
const cards = 400;
const serials = 2000;

async function stolen(
  eventKey: string,
  other: { salt?: Uint8Array; version?: number } = {},
): Promise<Uint8Array> {
  return sampleList(clearEventKey(bytesOf(eventKey)), signer, cards, other);
}

function open(bytes: Uint8Array): EntryList {
  return openEntryList(bytes, { verifyKeys: signer.verifyKeys, gateGroup: 'north', now: noon });
}

function section(bytes: Uint8Array, from: number, to: number): Buffer {
  const start = 12 + Buffer.from(bytes).readUInt32BE(8);
  return Buffer.from(bytes).subarray(start + from, start + to);
}

describe('a thief of the file', () => {
  it('finds nothing by trying every serial and every ticket number with what is public', async () => {
    const bytes = await stolen('secret');
    const list = open(bytes);
    const publicBytes = [new Uint8Array(32), list.manifest.salt, list.digest, signer.publicKey];
    const guesses = publicBytes.map((each) => clearEventKey(each));
    for (let number = 0; number < serials; number += 1) {
      const card = sampleCard(number);
      const plainHash = createHash('sha256').update(card.issuer).update(card.serial).digest();
      expect(list.find(Uint8Array.from(plainHash))).toBeUndefined();
      for (const guess of guesses) {
        expect(list.find(await guess.serialHash(card))).toBeUndefined();
        expect(list.findTicket(await guess.ticketHash(sampleRecord(number).ticket))).toBeUndefined();
      }
    }
  });

  it('reads no ticket, seat or category in it', async () => {
    const bytes = Buffer.from(await stolen('secret'));
    for (const text of ['K26-', '階', '列', 'S席']) expect(bytes.includes(text)).toBe(false);
  });

  it('opens no record by its tag, which is in the file', async () => {
    const bytes = await stolen('secret');
    const list = open(bytes);
    const tags = section(bytes, 0, cards * 16);
    for (let row = 0; row < cards; row += 1) {
      const tag = tags.subarray(row * 16, (row + 1) * 16);
      for (const secret of [tag, new Uint8Array(16), list.manifest.salt.subarray(0, 16)]) {
        const act = (): unknown => list.find(Buffer.concat([tag, secret]));
        expect(act).toThrow(EntryListError);
      }
    }
  });

  it('cannot tell from two events’ lists whether any card is in both', async () => {
    const [one, two] = await Promise.all([stolen('secret'), stolen('another event’s secret')]);
    expect(sharedRows(one, two, 16, 0)).toBe(0);
  });

  it('sees in two lists of one event how many cards are in both, and nothing else that is the same', async () => {
    const other = { version: 8, salt: bytesOf('other salt') };
    const [one, two] = await Promise.all([stolen('secret'), stolen('secret', other)]);
    // Tags are the same within an event, as FORMAT.md says and why.
    expect(sharedRows(one, two, 16, 0)).toBe(cards);
    const { recordSize } = open(one).manifest;
    const recordsAt = cards * 16;
    expect(sharedRows(one, two, recordSize, recordsAt)).toBe(0);
    const links = (file: Uint8Array): Buffer[] =>
      rows(file, 28, recordsAt + cards * recordSize).map((row) => row.subarray(8));
    const known = new Set(links(one).map((link) => link.toString('hex')));
    expect(links(two).filter((link) => known.has(link.toString('hex')))).toEqual([]);
  });

  it('cannot see that a ticket has two cards, or none', async () => {
    const key = clearEventKey(bytesOf('secret'));
    const record = sampleRecord(1);
    const ticketHash = await key.ticketHash(record.ticket);
    const card = (number: number): Promise<Uint8Array> => key.serialHash(sampleCard(number));
    const other = { ...sampleRecord(2) };
    const twoCards = [
      { serialHash: await card(1), ticketHash, record },
      { serialHash: await card(2), ticketHash, record },
    ];
    const oneAndNone = [
      { serialHash: await card(1), ticketHash, record },
      { ticketHash: await key.ticketHash(other.ticket), record: other },
    ];
    const [two, none] = await Promise.all(
      [twoCards, oneAndNone].map((entries) => sampleList(key, signer, 0, { entries })),
    );
    expect(two?.length).toBe(none?.length);
  });
});

function rows(file: Uint8Array, length: number, from: number): Buffer[] {
  const all = section(file, from, from + cards * length);
  return Array.from({ length: cards }, (_, row) => all.subarray(row * length, (row + 1) * length));
}

function sharedRows(one: Uint8Array, two: Uint8Array, length: number, from: number): number {
  const known = new Set(rows(one, length, from).map((row) => row.toString('hex')));
  return rows(two, length, from).filter((row) => known.has(row.toString('hex'))).length;
}
