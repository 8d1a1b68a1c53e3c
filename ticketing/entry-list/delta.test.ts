import { describe, expect, it } from 'vitest';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { clearEventKey } from '../../test/entry-list/event-key.ts';
import {
  bytesOf,
  noon,
  sampleCard,
  sampleEntry,
  sampleList,
  sampleRecord,
} from '../../test/entry-list/sample.ts';
import { openEntryList, type EntryList } from './entry-list.ts';
import { EntryListError } from './entry-list-error.ts';
import { writeDelta, type DeltaToWrite } from './write-entry-list.ts';

const signer = clearSigner();
const key = clearEventKey(bytesOf('event key'));
const base = sampleList(key, signer, 20);

async function openBase(): Promise<EntryList> {
  return openEntryList(await base, { verifyKeys: signer.verifyKeys, gateGroup: 'north', now: noon });
}

function write(list: EntryList, version: number, other: Partial<DeltaToWrite> = {}): Promise<Uint8Array> {
  return writeDelta({ base: list, version, issuedAt: noon, signer, written: [], ...other });
}

function hashOf(card: number): Promise<Uint8Array> {
  return key.serialHash(sampleCard(card));
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

describe('a delta', () => {
  it('adds, changes, withdraws and revokes, and leaves all else as it was', async () => {
    const list = await openBase();
    const moved = { ...sampleRecord(1), seat: '2階 B列 5番' };
    const delta = await write(list, 8, {
      written: [await sampleEntry(key, 1, moved), await sampleEntry(key, 30)],
      withdrawn: [await hashOf(2)],
      revoked: [await hashOf(3), await hashOf(40)],
    });
    const bytesBefore = Buffer.from(await base);
    expect(list.apply(delta)).toEqual({
      applied: true,
      version: 8,
      added: 1,
      changed: 1,
      withdrawn: 1,
      revoked: 2,
    });
    expect(list.version).toBe(8);
    // Card 40 was never on it.
    expect(list.count).toBe(20 + 1 - 2);
    expect(list.find(await hashOf(1))).toEqual(moved);
    expect(list.find(await hashOf(30))).toEqual(sampleRecord(30));
    expect(list.find(await hashOf(2))).toBeUndefined();
    expect(list.find(await hashOf(3))).toBe('revoked');
    expect(list.find(await hashOf(40))).toBe('revoked');
    expect(list.find(await hashOf(4))).toEqual(sampleRecord(4));
    expect(Buffer.from(await base)).toEqual(bytesBefore);
  });

  it('is followed by ticket numbers too', async () => {
    const list = await openBase();
    const ticket = async (number: number): Promise<unknown> =>
      list.findTicket(await key.ticketHash(sampleRecord(number).ticket));
    // Ticket 1 goes to card 50; card 2 is lost and ticket 2 has no other; ticket 3 is cancelled.
    const rebound = { ...(await sampleEntry(key, 1)), serialHash: await hashOf(50) };
    const otherTicket = await sampleEntry(key, 4, sampleRecord(60));
    list.apply(
      await write(list, 8, {
        written: [rebound, otherTicket],
        withdrawn: [await hashOf(1), await hashOf(3)],
        revoked: [await hashOf(2)],
      }),
    );
    expect(await ticket(1)).toEqual({ tag: (await hashOf(50)).slice(0, 16), record: sampleRecord(1) });
    expect(await ticket(2)).toBe('revoked');
    expect(await ticket(3)).toBeUndefined();
    // Card 4 now has ticket 60: its old number must not lead to the old record.
    expect(await ticket(4)).toBeUndefined();
    expect(await ticket(60)).toMatchObject({ record: sampleRecord(60) });
    expect(await ticket(5)).toMatchObject({ record: sampleRecord(5) });
  });

  it('falls back to a card that is still good when a later delta takes the newer one away', async () => {
    const list = await openBase();
    const second = { ...(await sampleEntry(key, 1)), serialHash: await hashOf(50) };
    list.apply(await write(list, 8, { written: [second] }));
    list.apply(await write(list, 9, { withdrawn: [await hashOf(50)] }));
    const found = list.findTicket(await key.ticketHash(sampleRecord(1).ticket));
    expect(found).toEqual({ tag: (await hashOf(1)).slice(0, 16), record: sampleRecord(1) });
  });

  it('has the last word over those before it: revoked and found again', async () => {
    const list = await openBase();
    list.apply(await write(list, 8, { revoked: [await hashOf(1)] }));
    expect(list.find(await hashOf(1))).toBe('revoked');
    const outcome = list.apply(await write(list, 9, { written: [await sampleEntry(key, 1)] }));
    expect(outcome).toMatchObject({ added: 1, changed: 0 });
    expect(list.find(await hashOf(1))).toEqual(sampleRecord(1));
  });

  it('changes nothing when it is applied again, also after later ones', async () => {
    const list = await openBase();
    const first = await write(list, 8, { revoked: [await hashOf(1)] });
    list.apply(first);
    const second = await write(list, 9, { written: [await sampleEntry(key, 1)] });
    list.apply(second);
    for (const again of [first, second]) {
      expect(list.apply(again)).toMatchObject({ applied: false, version: 9 });
    }
    expect(list.count).toBe(20);
    expect(list.find(await hashOf(1))).toEqual(sampleRecord(1));
  });

  it('is refused out of order, on another base, and on another list of the same version', async () => {
    const [list, author] = [await openBase(), await openBase()];
    const first = await write(author, 8, { revoked: [await hashOf(1)] });
    author.apply(first);
    const second = await write(author, 9, { revoked: [await hashOf(2)] });
    expect(codeOf(() => list.apply(second))).toBe('wrong-base');
    expect(list.find(await hashOf(2))).toEqual(sampleRecord(2));
    expect(list.version).toBe(7);
    const twin = openEntryList(await sampleList(key, signer, 20, { salt: bytesOf('twin') }), {
      verifyKeys: signer.verifyKeys,
      gateGroup: 'north',
      now: noon,
    });
    expect(codeOf(() => twin.apply(first))).toBe('wrong-base');
    list.apply(first);
    const rival = await write(await openBase(), 8, { revoked: [await hashOf(5)] });
    expect(codeOf(() => list.apply(rival))).toBe('wrong-base');
    expect(list.find(await hashOf(5))).toEqual(sampleRecord(5));
  });

  it('is refused when any byte is flipped, or it is cut, and the list goes on', async () => {
    const list = await openBase();
    const delta = await write(list, 8, { written: [await sampleEntry(key, 1)], revoked: [await hashOf(2)] });
    for (let at = 0; at < delta.length; at += 1) {
      const flipped = Uint8Array.from(delta);
      flipped[at] = (flipped[at] ?? 0) ^ (1 + (at % 255));
      expect(['damaged', 'wrong-kind', 'untrusted']).toContain(codeOf(() => list.apply(flipped)));
      expect(['damaged', 'wrong-kind']).toContain(codeOf(() => list.apply(delta.subarray(0, at))));
    }
    expect(list.find(await hashOf(2))).toEqual(sampleRecord(2));
    expect(list.apply(delta).applied).toBe(true);
  });

  it('is refused for another gate group or session, and by another key', async () => {
    const list = await openBase();
    const options = { verifyKeys: signer.verifyKeys, now: noon };
    const south = openEntryList(await sampleList(key, signer, 5, { gateGroup: 'south' }), {
      ...options,
      gateGroup: 'south',
    });
    expect(codeOf(() => list.apply(Buffer.from('')))).toBe('wrong-kind');
    const forSouth = await write(south, 8);
    expect(codeOf(() => list.apply(forSouth))).toBe('other-gate-group');
    const matinee = openEntryList(await sampleList(key, signer, 5, { session: 'matinee' }), {
      ...options,
      gateGroup: 'north',
    });
    const forMatinee = await write(matinee, 8);
    expect(codeOf(() => list.apply(forMatinee))).toBe('other-session');
    const forged = await write(list, 8, { signer: clearSigner() });
    expect(codeOf(() => list.apply(forged))).toBe('untrusted');
  });

  it('is a few hundred bytes for a few changes', async () => {
    const list = await openBase();
    const delta = await write(list, 8, { written: [await sampleEntry(key, 1)], revoked: [await hashOf(2)] });
    expect(delta.length).toBeLessThan(1000);
  });

  it('is not written with one card in two places, or for a version that is not above its base', async () => {
    const list = await openBase();
    const entry = await sampleEntry(key, 1);
    const hash = await hashOf(1);
    const cannot = { code: 'cannot-write' };
    await expect(write(list, 8, { written: [entry], withdrawn: [hash] })).rejects.toMatchObject(cannot);
    await expect(write(list, 8, { written: [entry], revoked: [hash] })).rejects.toMatchObject(cannot);
    await expect(write(list, 8, { withdrawn: [hash], revoked: [hash] })).rejects.toMatchObject(cannot);
    await expect(write(list, 7)).rejects.toMatchObject(cannot);
  });

  it('can be followed by hundreds of others', async () => {
    const list = await openBase();
    for (let version = 8; version < 208; version += 1) {
      list.apply(await write(list, version, { revoked: [await hashOf(1000 + version)] }));
    }
    expect(list.version).toBe(207);
    for (const card of [1008, 1100, 1207]) expect(list.find(await hashOf(card))).toBe('revoked');
    expect(list.find(await hashOf(7))).toEqual(sampleRecord(7));
  });
});
