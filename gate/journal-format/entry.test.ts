import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCanonical } from '../../hsm/seal/canonical-cbor.ts';
import { anyEntry } from '../../test/journal/any-entry.ts';
import { decodeEntry, encodeEntry, type Entry } from './entry.ts';
import { JournalError } from './journal-error.ts';

const tag = new Uint8Array(16).fill(7);
const tap: Entry = {
  kind: 'tap',
  number: 4,
  at: 1_795_252_293_426,
  session: 'tour/evening',
  verdict: 'admitted',
  direction: 'in',
  tag,
  ticket: 'T-1',
};
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('an entry', () => {
  it('reads back as it was written, of every kind', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
      }),
    );
  });

  it('has one encoding: what reads is what would be written', () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(), fc.nat(255), (entry, place, value) => {
        const bytes = encodeEntry(entry);
        bytes[place % bytes.length] = value;
        let read: Entry;
        try {
          read = decodeEntry(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(JournalError);
          return;
        }
        expect(hexOf(encodeEntry(read))).toBe(hexOf(bytes));
      }),
    );
  });

  it('is these bytes: CBOR with its keys in order', () => {
    expect(hexOf(encodeEntry({ kind: 'stop', at: 5, number: 2 }))).toBe(
      'a362617405646b696e646473746f70666e756d62657202',
    );
  });

  it('is refused, with its own error, where any bytes are not one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeEntry(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(JournalError);
        }
      }),
    );
  });

  const wrong: [string, object][] = [
    ['an unknown kind', { ...tap, kind: 'note' }],
    ['an unknown field', { ...tap, serial: '01020304' }],
    ['a field of another kind', { ...tap, why: 'open' }],
    ['a whole serial hash in place of a tag', { ...tap, tag: new Uint8Array(32) }],
    ['an unknown verdict', { ...tap, verdict: 'maybe' }],
    ['a time that is not whole', { ...tap, at: 1.5 }],
    ['a number below 0', { ...tap, number: -1 }],
    ['no number', { ...tap, number: undefined }],
    ['a reason of two lines', { kind: 'stop', number: 1, at: 1, reason: 'a\nb' }],
    ['an unknown field deeper down', { ...tap, party: { id: 'P', role: 'companion', size: 2, name: 'x' } }],
  ];
  it.each(wrong)('is refused with %s, when it is written and when it is read', (_, entry) => {
    expect(() => encodeEntry(entry as Entry)).toThrow(JournalError);
    expect(() => decodeEntry(encodeCanonical(entry))).toThrow(JournalError);
  });

  it('is refused with half a character, which would not read back', () => {
    expect(() => encodeEntry({ kind: 'stop', number: 1, at: 1, reason: '\ud800' })).toThrow(JournalError);
  });

  it('is refused where it is longer than any entry', () => {
    const long = 'あ'.repeat(512);
    const entry: Entry = { ...tap, session: long, ticket: long, category: long };
    expect(() => encodeEntry(entry)).toThrow('too long');
    expect(() => decodeEntry(new Uint8Array(5_000))).toThrow(JournalError);
  });
});
