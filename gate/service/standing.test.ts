import { describe, expect, it } from 'vitest';
import { TokenError } from '../../hsm/token/token-error.ts';
import { KeyError } from '../../hsm/keys/key-error.ts';
import { EntryListError } from '../../ticketing/entry-list/entry-list-error.ts';
import { GateError } from '../gate-error.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { PackError } from '../pack/pack-error.ts';
import { isReady, standingOf, type Circumstances } from './standing.ts';
import { isForPeopleAlone, troubleFrom } from './trouble.ts';

const well: Circumstances = {
  phase: 'open',
  laneOpen: true,
  readers: { readers: ['R'] },
  token: 'ready',
};

describe('a gate’s standing', () => {
  it('is ready where nothing is missing', () => {
    expect(isReady(standingOf(well))).toBe(true);
  });

  it.each<[string, Partial<Circumstances>, string[]]>([
    ['the HSM went away', { token: 'lost' }, ['hsm']],
    ['there is no reader', { readers: { readers: [], problem: 'Plug one in.' } }, ['reader']],
    [
      'the list is over',
      { trouble: { missing: ['list'], code: 'expired', reason: 'It is over.' } },
      ['list'],
    ],
    [
      'more than one thing is missing, each named once',
      {
        trouble: { missing: ['hsm', 'list'], code: 'x', reason: 'x' },
        token: 'lost',
        readers: { readers: [] },
      },
      ['hsm', 'list', 'reader'],
    ],
  ])('is not ready where %s', (_, circumstances, missing) => {
    const standing = standingOf({ ...well, ...circumstances });
    expect(isReady(standing)).toBe(false);
    expect(standing.missing).toEqual(missing);
  });

  it('is not ready while the lane is closed, though nothing is missing', () => {
    const standing = standingOf({ ...well, laneOpen: false });
    expect(standing.missing).toEqual([]);
    expect(isReady(standing)).toBe(false);
  });
});

describe('what a failure to open means', () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  it.each<[string, unknown, string[]]>([
    ['a token that is not there', new TokenError('token-not-found', 'x'), ['hsm']],
    ['no terminal key', new KeyError('no-active-key', 'x'), ['hsm']],
    ['no pack', new GateError('no-pack', 'x'), ['list']],
    ['a pack that was put back', new PackError('rolled-back', 'x'), ['list']],
    ['a list that is over', new EntryListError('expired', 'x'), ['list']],
    ['a list from the future', new EntryListError('not-yet-valid', 'x'), ['clock', 'list']],
    ['a clock behind the journal', new JournalError('clock-behind', 'x'), ['clock']],
    ['a journal that cannot be written', new JournalError('disk', 'x'), ['disk']],
    ['a full disk', full, ['disk']],
    ['a mistake of ours', new TypeError('x'), []],
  ])('%s', (_, error, missing) => {
    expect(troubleFrom(error).missing).toEqual(missing);
  });

  it('a wrong PIN is not tried again, since the token would lock', () => {
    expect(isForPeopleAlone(new TokenError('pin-wrong', 'x'))).toBe(true);
    expect(isForPeopleAlone(new TokenError('token-not-found', 'x'))).toBe(false);
  });
});
