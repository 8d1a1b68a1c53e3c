import { describe, expect, it } from 'vitest';
import { decodeCanonical, encodeCanonical } from '../../hsm/seal/canonical-cbor.ts';
import { openSeal, seal } from '../../hsm/seal/seal.ts';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { clearEventKey } from '../../test/entry-list/event-key.ts';
import { bytesOf, noon, sampleCard, sampleList } from '../../test/entry-list/sample.ts';
import { fileKinds } from './container.ts';
import { openEntryList } from './entry-list.ts';
import { EntryListError } from './entry-list-error.ts';
import { decodeRecord } from './record-encoding.ts';

// What is well signed and still not right: a signer's mistake, or a format that this reader does not know.

const signer = clearSigner();
const key = clearEventKey(bytesOf('event key'));
const { contentType } = fileKinds.list;
const file = sampleList(key, signer, 3);

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EntryListError) return error.code;
    throw error;
  }
  return 'accepted';
}

/** The list under another manifest, signed by the right key. */
async function signedAnew(change: (manifest: Buffer) => Uint8Array): Promise<string> {
  const bytes = Buffer.from(await file);
  const sectionsAt = 12 + bytes.readUInt32BE(8);
  const { payload } = openSeal(bytes.subarray(12, sectionsAt), { keys: signer.verifyKeys, contentType });
  const sealed = await seal(change(Buffer.from(payload)), signer, { contentType });
  const head = Buffer.from(bytes.subarray(0, 12));
  head.writeUInt32BE(sealed.length, 8);
  const anew = Buffer.concat([head, sealed, bytes.subarray(sectionsAt)]);
  const now = noon;
  return codeOf(() => openEntryList(anew, { verifyKeys: signer.verifyKeys, gateGroup: 'north', now }));
}

function withField(name: string, change: (value: unknown) => unknown): (manifest: Buffer) => Uint8Array {
  return (bytes) => {
    const manifest = new Map(decodeCanonical(bytes) as Map<string, unknown>);
    const value = change(manifest.get(name));
    if (value === undefined) manifest.delete(name);
    else manifest.set(name, value);
    return encodeCanonical(manifest);
  };
}

describe('a list that is well signed', () => {
  it('is accepted when nothing in it is changed', async () => {
    expect(await signedAnew((bytes) => bytes)).toBe('accepted');
  });

  it.each([
    ['a field that is not known', withField('colour', () => 'green')],
    ['a field that objects have of themselves', withField('__proto__', () => new Map([['admin', true]]))],
    ['a field missing', withField('session', () => undefined)],
    ['a later format', withField('format', () => 'kazasu/entry-list/v2')],
    ['text where a number belongs', withField('count', () => '3')],
    ['a count that is not the sections’', withField('count', () => 2)],
    ['a record size that is not the sections’', withField('recordSize', (size) => Number(size) + 1)],
    ['a fraction for a version', withField('version', () => 1.5)],
    ['a version below one', withField('version', () => 0)],
    ['a salt of another length', withField('salt', () => new Uint8Array(31))],
    ['no section of tickets', withField('sections', (all) => (all as unknown[]).toSpliced(2, 1))],
    ['sections in another order', withField('sections', (all) => (all as unknown[]).toReversed())],
    [
      'a section that is not known',
      withField('sections', (all) => [...(all as unknown[]), ['more', 0, bytesOf('')]]),
    ],
    [
      'a key twice',
      (bytes: Buffer) => Buffer.concat([Uint8Array.of(0xad), bytes.subarray(1), bytes.subarray(1, 39)]),
    ],
    ['more bytes after the map', (bytes: Buffer) => Buffer.concat([bytes, Uint8Array.of(0)])],
    [
      'a map of indefinite length',
      (bytes: Buffer) => Buffer.concat([Uint8Array.of(0xbf), bytes.subarray(1), Uint8Array.of(0xff)]),
    ],
    ['something else than a map', () => encodeCanonical([1, 2])],
    ['keys that are not text', () => encodeCanonical(new Map([[1, 2]]))],
    ['nothing', () => new Uint8Array()],
  ])('is refused with %s', async (_, change) => {
    expect(await signedAnew(change)).toBe('unknown-content');
  });
});

describe('a record that opened', () => {
  const good = new Map<unknown, unknown>([
    [1, 'K-1'],
    [4, 'S'],
  ]);

  it('is read when it is canonical and padded with zeros', () => {
    const padded = Buffer.concat([encodeCanonical(good), Buffer.alloc(7)]);
    expect(decodeRecord(padded)).toEqual({ ticket: 'K-1', category: 'S' });
  });

  it.each([
    ['a field that is not known', encodeCanonical(new Map(good).set(11, 'x'))],
    ['a field named by text', encodeCanonical(new Map(good).set('seat', 'x'))],
    ['no ticket number', encodeCanonical(new Map([[4, 'S']]))],
    ['no category', encodeCanonical(new Map([[1, 'K-1']]))],
    ['an empty text', encodeCanonical(new Map(good).set(2, ''))],
    ['a number for a seat', encodeCanonical(new Map(good).set(2, 7))],
    ['a flag that is not known', encodeCanonical(new Map(good).set(9, 8))],
    ['a role that is not known', encodeCanonical(new Map(good).set(7, ['P', 2, 2]))],
    ['a window that ends first', encodeCanonical(new Map(good).set(6, [5, 4]))],
    ['a window of three', encodeCanonical(new Map(good).set(6, [4, 5, 6]))],
    [
      'more doors than any hall',
      encodeCanonical(
        new Map(good).set(
          5,
          Array.from({ length: 65 }, () => 'd'),
        ),
      ),
    ],
    ['nobody let in', encodeCanonical(new Map(good).set(8, 0))],
    ['a pinned key of no kind', encodeCanonical(new Map(good).set(10, new Uint8Array(65)))],
    ['padding that is not zero', Buffer.concat([encodeCanonical(good), Uint8Array.of(0, 1)])],
    ['a key twice', Buffer.from('a301634b2d3101634b2d32046153', 'hex')],
    ['keys out of order', Buffer.from('a204615301634b2d31', 'hex')],
    ['no map', Uint8Array.of(0)],
    ['nothing at all', new Uint8Array()],
  ])('is refused with %s', (_, plain) => {
    expect(codeOf(() => decodeRecord(plain))).toBe('unknown-content');
  });
});

describe('a record under a key that is not its own', () => {
  it('stays sealed, and says so', async () => {
    const list = openEntryList(await file, { verifyKeys: signer.verifyKeys, gateGroup: 'north', now: noon });
    const hash = await key.serialHash(sampleCard(1));
    const otherSecret = Buffer.concat([hash.subarray(0, 16), bytesOf('guess', 16)]);
    expect(codeOf(() => list.find(otherSecret))).toBe('record-sealed');
    expect(codeOf(() => list.find(hash.subarray(0, 16)))).toBe('record-sealed');
  });
});
