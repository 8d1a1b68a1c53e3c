import { describe, expect, it } from 'vitest';
import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import { noAdmissions } from '../decide/admissions.ts';
import { refused } from '../decide/credential.ts';
import type { EntryContent } from '../journal-format/entry.ts';
import { JournalError, type JournalErrorCode } from '../journal-format/journal-error.ts';
import { settle, type Unsettled } from './settle.ts';

const record: EntryRecord = {
  ticket: 'K-0001',
  category: 'S',
  seat: '1階 A列 1番',
  party: { id: 'p1', size: 2, role: 'companion' },
  flags: ['needs-adult'],
  admits: 2,
};

const asked: Unsettled = {
  credential: { kind: 'genuine', tag: new Uint8Array(16).fill(7) },
  found: record,
  session: 'spring/first-night',
  lane: { gate: 'north-1', door: 'north', direction: 'in' },
  rules: { entry: 'never-again' },
  at: 1_800_000_000_000,
};

/** A journal that keeps what it was told, or cannot. */
function journal(failing?: JournalErrorCode) {
  const recorded: EntryContent[] = [];
  return {
    recorded,
    admissionsOf: () => ({ ...noAdmissions, party: { adultInside: true } }),
    record: (content: EntryContent) => {
      if (failing !== undefined) throw new JournalError(failing, 'It cannot be written.');
      recorded.push(content);
      return { epoch: 1, number: recorded.length };
    },
  };
}

describe('settling a tap', () => {
  it('admits only what was written down, with all that later questions need', () => {
    const written = journal();
    expect(settle(asked, written)).toMatchObject({ name: 'admitted', people: 2 });
    expect(written.recorded).toEqual([
      {
        kind: 'tap',
        at: asked.at,
        session: 'spring/first-night',
        verdict: 'admitted',
        direction: 'in',
        tag: new Uint8Array(16).fill(7),
        ticket: 'K-0001',
        category: 'S',
        party: { id: 'p1', size: 2, role: 'companion' },
        needsAdult: true,
        people: 2,
      },
    ]);
  });

  it.each<[JournalErrorCode, string]>([
    ['disk', 'disk'],
    ['clock-behind', 'clock'],
  ])('admits nobody where the journal says %s: the %s is out of order', (code, part) => {
    expect(settle(asked, journal(code))).toMatchObject({ name: 'out-of-order', missing: [part], code });
  });

  it('writes down of a refused card nothing that tells it apart', () => {
    const written = journal();
    const credential = refused('not-genuine', { code: 'wrong-signature', reason: 'A copy.' });
    settle({ ...asked, credential, found: undefined }, written);
    expect(written.recorded).toEqual([
      {
        kind: 'tap',
        at: asked.at,
        session: 'spring/first-night',
        verdict: 'not-genuine',
        direction: 'in',
        code: 'wrong-signature',
      },
    ]);
  });

  it('passes on what is no fault of the journal', () => {
    const broken = {
      ...journal(),
      record: () => {
        throw new TypeError('a mistake of ours');
      },
    };
    expect(() => settle(asked, broken)).toThrow(TypeError);
  });
});
