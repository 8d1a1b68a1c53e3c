import { describe, expect, it } from 'vitest';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { clearEventKey } from '../../test/entry-list/event-key.ts';
import {
  bytesOf,
  hour,
  noon,
  sampleCard,
  sampleContents,
  sampleList,
  sampleRecord,
} from '../../test/entry-list/sample.ts';
import { headsOf, writeContainer } from './container.ts';
import type { OpenListOptions } from './entry-list.ts';
import { EntryListError } from './entry-list-error.ts';
import { openPack, packFormat, packManifest, wrappedKeyFor } from './open-pack.ts';
import { packContents, type PackContents, type PackRules } from './pack-contents.ts';
import { encodeFields } from './signed-fields.ts';
import { writePack } from './write-pack.ts';

const signer = clearSigner();
const key = clearEventKey(bytesOf('event key'));
const trusting: OpenListOptions = { verifyKeys: signer.verifyKeys, gateGroup: 'north', now: noon };

async function write(contents: Partial<PackContents> = {}, other = signer): Promise<Uint8Array> {
  const list = await sampleList(key, other, 5);
  return writePack({ list, contents: sampleContents(contents), issuedAt: noon, signer: other });
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

describe('a pack', () => {
  it('carries list, keys, roots, rules, texts and receipt as they were put in', async () => {
    const contents = sampleContents({
      rules: {
        entry: 'after-exit',
        zoneDoors: { arena: ['east', 'west'] },
        windows: [{ from: noon, until: new Date(noon.getTime() + hour), category: 'S席' }],
        visitLimits: [
          { visits: 2, days: 1 },
          { visits: 5, days: 30 },
        ],
        partyWithinSeconds: 60,
        roster: false,
      },
    });
    const pack = openPack(await write(contents), trusting);
    expect(pack.contents).toEqual(contents);
    expect(pack.manifest).toMatchObject({
      event: 'autumn-2026',
      session: 'evening',
      gateGroup: 'north',
      version: 7,
    });
    expect(pack.list.find(await key.serialHash(sampleCard(2)))).toEqual(sampleRecord(2));
    expect(Buffer.from(wrappedKeyFor(pack, bytesOf('gate')))).toEqual(Buffer.from(bytesOf('wrapped', 256)));
    expect(codeOf(() => wrappedKeyFor(pack, bytesOf('another gate')))).toBe('other-gate-group');
  });

  it('is refused whole when any byte is flipped or it is cut', async () => {
    const bytes = await write();
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 + (at % 255));
      expect(['damaged', 'wrong-kind', 'untrusted']).toContain(codeOf(() => openPack(flipped, trusting)));
      expect(['damaged', 'wrong-kind']).toContain(codeOf(() => openPack(bytes.subarray(0, at), trusting)));
    }
    expect(codeOf(() => openPack(Buffer.concat([bytes, Uint8Array.of(0)]), trusting))).toBe('damaged');
  });

  it('is refused for another group or session, out of date, and by another key', async () => {
    const bytes = await write();
    const later = new Date(noon.getTime() + 13 * hour);
    expect(codeOf(() => openPack(bytes, { ...trusting, gateGroup: 'south' }))).toBe('other-gate-group');
    expect(codeOf(() => openPack(bytes, { ...trusting, session: 'matinee' }))).toBe('other-session');
    expect(codeOf(() => openPack(bytes, { ...trusting, now: later }))).toBe('expired');
    expect(codeOf(() => openPack(bytes, { ...trusting, now: new Date(0) }))).toBe('not-yet-valid');
    const forged = await write({}, clearSigner());
    expect(codeOf(() => openPack(forged, trusting))).toBe('untrusted');
  });

  it('is refused when the list in it is for something else than it says', async () => {
    const list = await sampleList(key, signer, 5);
    for (const differs of [
      { version: 8 },
      { session: 'matinee' },
      { gateGroup: 'south' },
      { event: 'other' },
    ]) {
      const sections = [
        { name: 'list', bytes: list },
        { name: 'contents', bytes: encodeFields(packContents, sampleContents()) },
      ];
      const identity = {
        event: 'autumn-2026',
        session: 'evening',
        gateGroup: 'north',
        version: 7,
        ...differs,
      };
      const head = { format: packFormat, ...identity, issuedAt: noon, sections: headsOf(sections) } as const;
      const bytes = await writeContainer('pack', encodeFields(packManifest, head), sections, signer);
      expect(codeOf(() => openPack(bytes, { ...trusting, gateGroup: identity.gateGroup }))).toBe(
        'unknown-content',
      );
    }
  });

  it.each([
    ['a rule that is not known', { entry: 'after-exit', dressCode: 'formal' }],
    ['another way to enter', { entry: 'twice' }],
    ['a limit of no visits', { entry: 'freely', visitLimits: [{ visits: 0, days: 1 }] }],
    ['a window that ends first', { entry: 'freely', windows: [{ from: noon, until: new Date(0) }] }],
    ['a zone without doors', { entry: 'freely', zoneDoors: { arena: [] } }],
  ])('is not written with %s', async (_, rules) => {
    await expect(write({ rules: rules as PackRules })).rejects.toMatchObject({ code: 'cannot-write' });
  });

  it('is not written with two keys for one gate, a text in one language, or another signer’s list', async () => {
    const wrapped = { recipient: bytesOf('gate'), wrapped: bytesOf('wrapped') };
    const cannot = { code: 'cannot-write' };
    await expect(write({ wrappedKeys: [wrapped, wrapped] })).rejects.toMatchObject(cannot);
    const texts = { event: { ja: '音楽会', en: '' }, session: { ja: '夜', en: 'Evening' } };
    await expect(write({ texts })).rejects.toMatchObject(cannot);
    const list = await sampleList(key, clearSigner(), 1);
    const foreign = writePack({ list, contents: sampleContents(), issuedAt: noon, signer });
    await expect(foreign).rejects.toMatchObject({ code: 'untrusted' });
  });
});
