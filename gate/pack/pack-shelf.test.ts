import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearSigner, type ClearSigner } from '../../test/entry-list/clear-signer.ts';
import { clearEventKey } from '../../test/entry-list/event-key.ts';
import {
  bytesOf,
  hour,
  noon,
  sampleCard,
  sampleContents,
  sampleEntry,
  sampleList,
  sampleRecord,
} from '../../test/entry-list/sample.ts';
import { openEntryList } from '../../ticketing/entry-list/entry-list.ts';
import {
  writeDelta,
  type DeltaToWrite,
  type ListToWrite,
} from '../../ticketing/entry-list/write-entry-list.ts';
import { writePack } from '../../ticketing/entry-list/write-pack.ts';
import { PackShelf } from './pack-shelf.ts';
import { openTakenVersions } from './versions-database.ts';

const signer = clearSigner();
const key = clearEventKey(bytesOf('event key'));
const evening = { event: 'autumn-2026', session: 'evening' };

let folder = '';
let taken: ReturnType<typeof openTakenVersions>;
let shelf: PackShelf;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-packs-'));
  taken = openTakenVersions(join(folder, 'versions.sqlite'));
  shelf = shelfAfterRestart();
});

afterEach(() => {
  taken.close();
  rmSync(folder, { recursive: true });
});

function shelfAfterRestart(): PackShelf {
  return new PackShelf({ folder, taken, verifyKeys: signer.verifyKeys, gateGroup: 'north' });
}

async function packOf(
  version: number,
  other: Partial<ListToWrite> = {},
  by: ClearSigner = signer,
  contents = sampleContents(),
): Promise<Uint8Array> {
  const list = await sampleList(key, by, 5, { version, ...other });
  return writePack({ list, contents, issuedAt: noon, signer: by });
}

async function deltaOn(
  on: PackShelf,
  version: number,
  other: Partial<DeltaToWrite> = {},
): Promise<Uint8Array> {
  const { list } = await on.open(evening, noon);
  return writeDelta({ base: list, version, issuedAt: noon, signer, written: [], ...other });
}

async function find(on: PackShelf, card: number): Promise<unknown> {
  const { list } = await on.open(evening, noon);
  return list.find(await key.serialHash(sampleCard(card)));
}

async function hashOf(card: number): Promise<Uint8Array> {
  return key.serialHash(sampleCard(card));
}

/** All files under the folder but the database's, with what is in them. */
function filesKept(): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => !name.startsWith('versions.') && statSync(join(folder, name)).isFile())
    .map((name) => `${name} ${readFileSync(join(folder, name)).toString('base64')}`)
    .sort();
}

describe('a gate’s shelf of packs', () => {
  it('has no pack before it took one, and says how to take one', async () => {
    await expect(shelf.open(evening, noon)).rejects.toMatchObject({ code: 'no-pack' });
    expect(await shelf.held()).toEqual([]);
  });

  it('keeps a pack over a restart, and a newer one in its place', async () => {
    expect(await shelf.take(await packOf(7), noon)).toEqual({ kind: 'pack', ...evening, version: 7 });
    expect(await find(shelfAfterRestart(), 2)).toEqual(sampleRecord(2));
    await shelf.take(await packOf(8), noon);
    const again = shelfAfterRestart();
    expect((await again.open(evening, noon)).manifest.version).toBe(8);
    expect(await again.held()).toEqual([evening]);
    expect(filesKept()).toHaveLength(1);
  });

  it.each([
    ['an unknown placeholder', 'Thank you\n{visitor}', /line 2: there is no \{visitor\}/],
    ['a command to the printer', '{command:cut}', /line 1: it has a command to the device/],
    ['a picture that is none', '{image:AAAA}', /cannot be drawn/],
  ])('refuses a pack whose receipts would not print, for %s, and goes on', async (_, receipt, says) => {
    await shelf.take(await packOf(7), noon);
    const kept = filesKept();
    const wrong = await packOf(8, {}, signer, sampleContents({ receipt }));
    const refusal = { code: 'receipt-wrong', message: expect.stringMatching(says) as string };
    await expect(shelf.take(wrong, noon)).rejects.toMatchObject(refusal);
    expect(filesKept()).toEqual(kept);
    expect(await shelf.take(await packOf(8), noon)).toMatchObject({ version: 8 });
  });

  it('keeps deltas over a restart, in their order', async () => {
    await shelf.take(await packOf(7), noon);
    await shelf.take(await deltaOn(shelf, 8, { revoked: [await hashOf(1)] }), noon);
    await shelf.take(await deltaOn(shelf, 10, { written: [await sampleEntry(key, 1)] }), noon);
    await shelf.take(await deltaOn(shelf, 11, { revoked: [await hashOf(2)] }), noon);
    for (const each of [shelf, shelfAfterRestart()]) {
      expect((await each.open(evening, noon)).list.version).toBe(11);
      expect(await find(each, 1)).toEqual(sampleRecord(1));
      expect(await find(each, 2)).toBe('revoked');
    }
  });

  it('takes a delta twice without changing anything', async () => {
    await shelf.take(await packOf(7), noon);
    const delta = await deltaOn(shelf, 8, { revoked: [await hashOf(1)] });
    expect(await shelf.take(delta, noon)).toMatchObject({ applied: true, revoked: 1 });
    const kept = filesKept();
    expect(await shelf.take(delta, noon)).toMatchObject({ applied: false, version: 8 });
    expect(await shelfAfterRestart().take(delta, noon)).toMatchObject({ applied: false, version: 8 });
    expect(filesKept()).toEqual(kept);
  });

  it('drops deltas when a newer pack comes', async () => {
    await shelf.take(await packOf(7), noon);
    await shelf.take(await deltaOn(shelf, 8, { revoked: [await hashOf(1)] }), noon);
    await shelf.take(await packOf(9), noon);
    expect(await find(shelf, 1)).toEqual(sampleRecord(1));
    expect(await find(shelfAfterRestart(), 1)).toEqual(sampleRecord(1));
    expect(filesKept()).toHaveLength(1);
  });

  it('holds several sessions side by side, each with versions of its own', async () => {
    await shelf.take(await packOf(7), noon);
    await shelf.take(await packOf(3, { session: 'matinee' }), noon);
    expect((await shelf.held()).map(({ session }) => session).sort()).toEqual(['evening', 'matinee']);
    expect(taken.highest(evening.event, 'matinee')).toBe(3);
  });

  it('sees what another program took meanwhile', async () => {
    await shelf.take(await packOf(7), noon);
    const other = shelfAfterRestart();
    await other.take(await deltaOn(other, 8, { revoked: [await hashOf(1)] }), noon);
    expect(await find(shelf, 1)).toBe('revoked');
    await other.take(await packOf(9), noon);
    expect((await shelf.open(evening, noon)).manifest.version).toBe(9);
  });
});

describe('a shelf refuses, and goes on with what it had', () => {
  const wrong: [string, string, () => Promise<Uint8Array>][] = [
    ['an equal version', 'not-newer', () => packOf(7)],
    ['a lower version', 'not-newer', () => packOf(6)],
    ['another gate group’s pack', 'other-gate-group', () => packOf(8, { gateGroup: 'south' })],
    [
      'an expired pack',
      'expired',
      () => packOf(8, { validFrom: new Date(0), validUntil: new Date(noon.getTime() - hour) }),
    ],
    [
      'a pack that is not valid yet',
      'not-yet-valid',
      () => packOf(8, { validFrom: new Date(noon.getTime() + hour) }),
    ],
    ['another signer’s pack', 'untrusted', () => packOf(8, {}, clearSigner())],
    ['a bare list', 'wrong-kind', () => sampleList(key, signer, 5, { version: 8 })],
    ['a cut pack', 'damaged', async () => (await packOf(8)).subarray(0, 900)],
    ['nothing of ours', 'wrong-kind', () => Promise.resolve(Buffer.from('PK\u0003\u0004'))],
    [
      'a delta on another base',
      'wrong-base',
      async () => {
        const author = openEntryList(await sampleList(key, signer, 3), {
          verifyKeys: signer.verifyKeys,
          gateGroup: 'north',
          now: noon,
        });
        return writeDelta({ base: author, version: 8, issuedAt: noon, signer, written: [] });
      },
    ],
    ['a delta of another signer', 'untrusted', () => deltaOn(shelf, 8, { signer: clearSigner() })],
    ['a damaged delta', 'damaged', async () => (await deltaOn(shelf, 8)).subarray(0, 300)],
  ];

  it.each(wrong)('%s', async (_, code, make) => {
    await shelf.take(await packOf(7), noon);
    const kept = filesKept();
    await expect(shelf.take(await make(), noon)).rejects.toMatchObject({ code });
    expect(await find(shelf, 3)).toEqual(sampleRecord(3));
    expect(await find(shelfAfterRestart(), 3)).toEqual(sampleRecord(3));
    expect(filesKept()).toEqual(kept);
    expect(taken.highest(evening.event, evening.session)).toBe(7);
  });

  it('a version below that of a delta it took', async () => {
    await shelf.take(await packOf(7), noon);
    await shelf.take(await deltaOn(shelf, 12, { revoked: [await hashOf(1)] }), noon);
    await expect(shelf.take(await packOf(11), noon)).rejects.toMatchObject({ code: 'not-newer' });
    expect(await find(shelf, 1)).toBe('revoked');
  });

  it('a delta for a session that it has no pack for', async () => {
    await shelf.take(await packOf(7), noon);
    const delta = await deltaOn(shelf, 8);
    for (const name of readdirSync(folder).filter((each) => !each.startsWith('versions.'))) {
      rmSync(join(folder, name), { recursive: true });
    }
    await expect(shelfAfterRestart().take(delta, noon)).rejects.toMatchObject({ code: 'no-pack' });
  });

  it('an older pack that someone put back into its folder', async () => {
    await shelf.take(await packOf(7), noon);
    const [name = ''] = filesKept().map((each) => each.split(' ')[0] ?? '');
    const old = readFileSync(join(folder, name));
    await shelf.take(await packOf(8), noon);
    const [newName = ''] = filesKept().map((each) => each.split(' ')[0] ?? '');
    rmSync(join(folder, newName));
    writeFileSync(join(folder, name), old);
    await expect(shelfAfterRestart().open(evening, noon)).rejects.toMatchObject({ code: 'rolled-back' });
  });

  it('a folder from which a delta was taken away', async () => {
    await shelf.take(await packOf(7), noon);
    await shelf.take(await deltaOn(shelf, 8, { revoked: [await hashOf(1)] }), noon);
    const delta = filesKept().find((each) => each.includes('delta')) ?? '';
    rmSync(join(folder, delta.split(' ')[0] ?? ''));
    await expect(shelfAfterRestart().open(evening, noon)).rejects.toMatchObject({ code: 'rolled-back' });
  });

  it('a pack that has expired while it was held', async () => {
    await shelf.take(await packOf(7), noon);
    const later = new Date(noon.getTime() + 13 * hour);
    await expect(shelf.open(evening, later)).rejects.toMatchObject({ code: 'expired' });
    expect(await find(shelf, 3)).toEqual(sampleRecord(3));
  });
});

describe('a power cut while a pack is taken', () => {
  it('before the file has its name leaves the old pack', async () => {
    await shelf.take(await packOf(7), noon);
    const [session = ''] = filesKept().map((each) => each.split('/')[0] ?? '');
    writeFileSync(join(folder, session, 'pack-0000000000000008.kazasu.123.part'), 'half a pack');
    expect((await shelfAfterRestart().open(evening, noon)).manifest.version).toBe(7);
  });

  it('before the version is recorded leaves the new pack, and records it when it is opened', async () => {
    await shelf.take(await packOf(7), noon);
    const [name = ''] = filesKept().map((each) => each.split(' ')[0] ?? '');
    writeFileSync(join(folder, name.replace('7.kazasu', '8.kazasu')), await packOf(8));
    expect((await shelfAfterRestart().open(evening, noon)).manifest.version).toBe(8);
    expect(taken.highest(evening.event, evening.session)).toBe(8);
  });
});
