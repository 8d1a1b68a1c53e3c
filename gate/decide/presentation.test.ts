import { describe, expect, it } from 'vitest';
import { present } from './presentation.ts';
import { verdictTable } from './verdict-table.ts';
import { verdictNames } from './verdict.ts';

describe('how a verdict shows', () => {
  const lights = {
    green: ['admitted'],
    amber: [
      'already-entered',
      'wrong-gate',
      'too-early',
      'too-late',
      'wrong-session',
      'visit-limit',
      'party-incomplete',
      'needs-adult',
    ],
    red: [
      'not-on-list',
      'revoked',
      'expired',
      'not-genuine',
      'unknown-issuer',
      'not-a-my-number-card',
      'no-certificate',
      'unreadable',
    ],
    blue: ['hold-longer'],
    grey: ['out-of-order'],
  };

  it.each(Object.entries(lights))(
    '%s is the light of exactly the verdicts that the design names',
    (light, names) => {
      expect(verdictNames.filter((name) => verdictTable[name].light === light)).toEqual(names);
    },
  );

  it('names no missing part where staff closed the lane', () => {
    const { staff } = present({ name: 'out-of-order', missing: [], reason: 'Staff closed the lane.' });
    expect(staff.en).toBe('Staff closed the lane.');
    expect(present({ name: 'out-of-order', missing: ['hsm', 'disk'] }).staff.en).toMatch(
      /^Out of order: .+, .+\.$/,
    );
  });

  it('tells its kind without colours too: no two lights share an icon, a sound or a pattern', () => {
    for (const what of ['icon', 'sound', 'pattern'] as const) {
      const lightsOf = new Map<string, Set<string>>();
      for (const name of verdictNames) {
        const row = verdictTable[name];
        lightsOf.set(row[what], (lightsOf.get(row[what]) ?? new Set()).add(row.light));
      }
      expect([...lightsOf.values()].every((each) => each.size === 1)).toBe(true);
    }
  });

  it('tells an admitted visitor seat, gate and party', () => {
    const shown = present({
      name: 'admitted',
      at: 0,
      gate: 'north-1',
      direction: 'in',
      people: 1,
      repeat: false,
      ticket: {
        number: 'T-1',
        category: 'adult',
        seat: 'A-12',
        party: { id: 'P', role: 'companion', size: 3 },
      },
    });
    expect(shown.visitor).toEqual({
      ja: { title: 'どうぞ', place: 'A-12', detail: 'ゲート north-1\n3 枚のグループ' },
      en: { title: 'Welcome', place: 'A-12', detail: 'Gate north-1\nParty of 3' },
    });
  });

  it('tells when and which gate of an earlier entry, in the time of Japan', () => {
    const enteredAt = Date.parse('2026-11-21T18:05:00+09:00');
    const verdict = {
      name: 'already-entered',
      at: enteredAt + 60_000,
      enteredAt,
      enteredGate: 'south-2',
    } as const;
    expect(present({ ...verdict, by: 'card' }).visitor.en.detail).toBe('18:05, gate south-2');
    const nextDay = { ...verdict, at: enteredAt + 86_400_000, by: 'card' } as const;
    expect(present(nextDay).visitor.en.detail).toBe('11/21 18:05, gate south-2');
  });

  it('gives the staff the exact reason, and the visitor none of it', () => {
    const shown = present({
      name: 'not-genuine',
      code: 'bad-signature',
      reason: 'The signature does not hold.',
    });
    expect(shown.staff.en).toBe(
      'The card could not prove that it is genuine. The signature does not hold. [bad-signature]',
    );
    expect(shown.visitor.en).toEqual({ title: 'Please see a member of staff', detail: '' });
  });

  it('names what a gate that is out of order is without', () => {
    const shown = present({ name: 'out-of-order', missing: ['hsm', 'clock'] });
    expect(shown.staff.en).toBe('Out of order: HSM, clock.');
    expect(shown.visitor.ja.title).toBe('このゲートは使えません');
  });
});
