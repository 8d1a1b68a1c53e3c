import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { clearEventKey } from '../../test/entry-list/event-key.ts';
import {
  bytesOf,
  hour,
  noon,
  sampleCard,
  sampleEntry,
  sampleList,
  sampleRecord,
} from '../../test/entry-list/sample.ts';
import { openEntryList, type EntryList, type OpenListOptions } from './entry-list.ts';
import { EntryListError } from './entry-list-error.ts';
import type { ListToWrite } from './write-entry-list.ts';

const signer = clearSigner();
const key = clearEventKey(bytesOf('event key'));
const trusting: OpenListOptions = { verifyKeys: signer.verifyKeys, gateGroup: 'north', now: noon };

function open(bytes: Uint8Array, other: Partial<OpenListOptions> = {}): EntryList {
  return openEntryList(bytes, { ...trusting, ...other });
}

function write(count: number, other: Partial<ListToWrite> = {}): Promise<Uint8Array> {
  return sampleList(key, signer, count, other);
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EntryListError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('an entry list', () => {
  it('gives each card its record, and each ticket number too', async () => {
    const list = open(await write(300));
    for (let number = 0; number < 300; number += 1) {
      const hash = await key.serialHash(sampleCard(number));
      const record = sampleRecord(number);
      expect(list.find(hash)).toEqual(record);
      const found = list.findTicket(await key.ticketHash(record.ticket));
      expect(found).toEqual({ tag: hash.slice(0, 16), record });
    }
  });

  it('has nothing for a card or a ticket that is not on it, and one word for a revoked card', async () => {
    const lost = await key.serialHash(sampleCard(1000));
    const list = open(await write(50, { revoked: [lost, await key.serialHash(sampleCard(1001))] }));
    expect(list.find(await key.serialHash(sampleCard(50)))).toBeUndefined();
    expect(list.findTicket(await key.ticketHash('K26-000050'))).toBeUndefined();
    expect(list.find(lost)).toBe('revoked');
    expect(list.stateOf(lost.subarray(0, 16))).toBe('revoked');
  });

  it('can be empty', async () => {
    const list = open(await write(0));
    expect(list.find(bytesOf('any'))).toBeUndefined();
    expect(list.findTicket(bytesOf('any'))).toBeUndefined();
    expect(list.manifest.count).toBe(0);
  });

  it('finds one ticket by each of its cards, and by its number where no card is bound to it', async () => {
    const first = await sampleEntry(key, 1);
    const second = { ...first, serialHash: await key.serialHash(sampleCard(2)) };
    const record = sampleRecord(3);
    const unbound = { ticketHash: await key.ticketHash(record.ticket), record };
    const list = open(await write(0, { entries: [first, second, unbound] }));
    expect(list.find(second.serialHash)).toEqual(first.record);
    expect(list.findTicket(first.ticketHash)).toMatchObject({ record: first.record });
    expect(list.findTicket(unbound.ticketHash)).toEqual({ tag: unbound.ticketHash.slice(0, 16), record });
    expect(list.find(await key.serialHash(sampleCard(3)))).toBeUndefined();
  });

  it('is the same bytes for the same input and salt, in whatever order the entries come', async () => {
    const entries = await Promise.all([4, 1, 3, 2].map((number) => sampleEntry(key, number)));
    const [one, two] = await Promise.all([
      write(0, { entries }),
      write(0, { entries: entries.toReversed() }),
    ]);
    // All but the signature, which ECDSA makes anew each time.
    const unsigned = (file: Uint8Array): Buffer => {
      const sealed = 12 + new DataView(file.buffer, file.byteOffset).getUint32(8);
      return Buffer.concat([file.subarray(0, sealed - 64), file.subarray(sealed)]);
    };
    expect(unsigned(one)).toEqual(unsigned(two));
    const other = await write(0, { entries, salt: bytesOf('other salt') });
    expect(unsigned(one)).not.toEqual(unsigned(other));
  });

  it('takes entries as they come and says how far it is', async () => {
    async function* stream() {
      for (let number = 0; number < 4500; number += 1) yield await sampleEntry(key, number);
    }
    const told: number[] = [];
    const bytes = await write(0, { entries: stream(), onProgress: (done) => told.push(done) });
    expect(open(bytes).manifest.count).toBe(4500);
    expect(told).toEqual([2000, 4000, 4500]);
  });

  it('reads what it wrote, whatever stands in the records', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const optional = (name: string, value: fc.Arbitrary<unknown>) =>
      fc.option(value).map((each) => (each === null ? {} : { [name]: each }));
    const window = fc
      .tuple(fc.integer({ min: 0, max: 4e9 }), fc.nat(1e6))
      .map(([from, length]) => ({ from: new Date(from * 1000), until: new Date((from + length) * 1000) }));
    const count = fc.integer({ min: 2, max: 10_000 });
    const record = fc
      .tuple(
        fc.record({ ticket: text, category: text }),
        optional('seat', text),
        optional('zone', text),
        optional('doors', fc.array(text, { minLength: 1, maxLength: 5 })),
        optional('window', window),
        optional(
          'party',
          fc.record({ id: text, size: count, role: fc.constantFrom('representative', 'companion') }),
        ),
        optional('admits', count),
        optional(
          'flags',
          fc.subarray(['needs-adult', 'wheelchair-space', 'needs-assistance'] as const, { minLength: 1 }),
        ),
      )
      .map(([base, ...parts]) => Object.assign({}, base, ...parts) as ReturnType<typeof sampleRecord>);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(record, { selector: ({ ticket }) => ticket, maxLength: 8 }),
        async (records) => {
          const entries = await Promise.all(records.map((each, number) => sampleEntry(key, number, each)));
          const list = open(await write(0, { entries }));
          for (const entry of entries)
            expect(list.find(entry.serialHash ?? bytesOf(''))).toEqual(entry.record);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an entry list is refused whole, and the one before it goes on', () => {
  const before = (async () => open(await write(5)))();

  async function refused(act: () => unknown, code: string | readonly string[]): Promise<void> {
    expect(code).toContain(codeOf(act));
    const list = await before;
    expect(list.find(await key.serialHash(sampleCard(3)))).toEqual(sampleRecord(3));
  }

  it('when any one byte is flipped', async () => {
    const bytes = await write(5, { revoked: [bytesOf('lost')] });
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 + (at % 255));
      await refused(() => open(flipped), ['damaged', 'wrong-kind', 'untrusted']);
    }
  });

  it('when it is cut anywhere, or something is added', async () => {
    const bytes = await write(5);
    for (let length = 0; length < bytes.length; length += 1) {
      await refused(() => open(bytes.subarray(0, length)), ['damaged', 'wrong-kind']);
    }
    await refused(() => open(Buffer.concat([bytes, Uint8Array.of(0)])), 'damaged');
  });

  it('when a section comes from another valid list', async () => {
    const [one, two] = await Promise.all([write(5), write(5, { version: 8, salt: bytesOf('other') })]);
    const sectionsOf = (file: Uint8Array): number => 12 + Buffer.from(file).readUInt32BE(8);
    const lengths = [5 * 16, 5 * open(one).manifest.recordSize, 5 * 28];
    let at = 0;
    for (const length of lengths) {
      const swapped = Buffer.from(one);
      const from = sectionsOf(two) + at;
      swapped.set(two.subarray(from, from + length), sectionsOf(one) + at);
      // The tags are the same in both: that section alone may change places.
      if (at > 0) await refused(() => open(swapped), 'damaged');
      else expect(codeOf(() => open(swapped))).toBe('accepted');
      at += length;
    }
    const otherManifest = Buffer.concat([two.subarray(0, sectionsOf(two)), one.subarray(sectionsOf(one))]);
    await refused(() => open(otherManifest), 'damaged');
  });

  it('for another gate group, event or session', async () => {
    const [north, south] = await Promise.all([write(5), write(5, { gateGroup: 'south' })]);
    await refused(() => open(south), 'other-gate-group');
    await refused(() => open(north, { session: 'matinee' }), 'other-session');
    await refused(() => open(north, { event: 'spring-2027' }), 'other-session');
  });

  it('before it is valid and after it has expired, the first and last second included in between', async () => {
    const [from, until] = [new Date(noon.getTime() + hour), new Date(noon.getTime() + 2 * hour)];
    const bytes = await write(2, { validFrom: from, validUntil: until });
    await refused(() => open(bytes, { now: new Date(from.getTime() - 1000) }), 'not-yet-valid');
    await refused(() => open(bytes, { now: new Date(until.getTime() + 1000) }), 'expired');
    expect(codeOf(() => open(bytes, { now: from }))).toBe('accepted');
    expect(codeOf(() => open(bytes, { now: until }))).toBe('accepted');
    const issuedLater = await write(2, { issuedAt: from });
    await refused(() => open(issuedLater), 'not-yet-valid');
  });

  it('when another key signed it', async () => {
    const bytes = await sampleList(key, clearSigner(), 5);
    await refused(() => open(bytes), 'untrusted');
  });

  it('when it is a delta or a pack, or nothing of ours', async () => {
    await refused(() => open(new Uint8Array()), 'wrong-kind');
    await refused(() => open(Buffer.from('KZSDELT1')), 'wrong-kind');
    await refused(() => open(Buffer.from('KZSLIST1')), 'damaged');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
        const bytes = Buffer.concat([Buffer.from('KZSLIST1'), tail]);
        expect(codeOf(() => open(bytes))).toBe('damaged');
      }),
    );
  });
});

describe('an entry list is not written', () => {
  const record = sampleRecord(1);

  it.each([
    [
      'with a card on it twice',
      async () => ({ entries: [await sampleEntry(key, 1), await sampleEntry(key, 1)] }),
    ],
    ['with a card listed and revoked', async () => ({ revoked: [await key.serialHash(sampleCard(1))] })],
    ['with a hash that is too short', () => ({ entries: [{ ticketHash: new Uint8Array(31), record }] })],
    ['with a salt that is too short', () => ({ salt: new Uint8Array(31) })],
    ['without a session', () => ({ session: '' })],
    ['with version 0', () => ({ version: 0 })],
    ['with an end before its beginning', () => ({ validUntil: new Date(noon.getTime() - hour) })],
    ['with an empty text', async () => ({ entries: [await sampleEntry(key, 1, { ...record, seat: '' })] })],
    [
      'with a text without end',
      async () => ({ entries: [await sampleEntry(key, 1, { ...record, seat: 'a'.repeat(241) })] }),
    ],
    [
      'with a key of no known kind',
      async () => ({ entries: [await sampleEntry(key, 1, { ...record, publicKey: new Uint8Array(91) })] }),
    ],
    ['with nobody let in', async () => ({ entries: [await sampleEntry(key, 1, { ...record, admits: 0 })] })],
    [
      'with a window that ends first',
      async () => ({
        entries: [await sampleEntry(key, 1, { ...record, window: { from: noon, until: new Date(0) } })],
      }),
    ],
    [
      'with doors that are none',
      async () => ({ entries: [await sampleEntry(key, 1, { ...record, doors: [] })] }),
    ],
  ] satisfies [string, () => Partial<ListToWrite> | Promise<Partial<ListToWrite>>][])(
    '%s',
    async (_, other) => {
      await expect(write(3, await other())).rejects.toMatchObject({ code: 'cannot-write' });
    },
  );
});
