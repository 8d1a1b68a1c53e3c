import { describe, expect, it } from 'vitest';
import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import { noAdmissions, type Admissions, type Movement } from './admissions.ts';
import { heldTooShort, outOfOrder, refused } from './credential.ts';
import { decide, type Question } from './decide.ts';
import type { Lane, Rules } from './rules.ts';
import type { VerdictName } from './verdict.ts';

const at = (text: string): number => Date.parse(`${text}+09:00`);
const date = (text: string): Date => new Date(at(text));
const now = at('2026-11-21T18:00:00');
const minute = 60_000;

const lane: Lane = { gate: 'north-1', door: 'north', direction: 'in' };
const exit: Lane = { ...lane, direction: 'out' };
const once: Rules = { entry: 'never-again' };
const ticket: EntryRecord = { ticket: 'T-1', category: 'adult', seat: 'A-12', zone: 'stand' };
const card = { kind: 'genuine', tag: new Uint8Array(16) } as const;

const ask = (change: Partial<Question> = {}) =>
  decide({ credential: card, record: ticket, admissions: noAdmissions, rules: once, lane, now, ...change });

const went = (direction: 'in' | 'out', when: number, gate = 'north-1'): Movement => ({
  direction,
  at: when,
  gate,
});
const after = (who: 'binding' | 'ticket', ...movements: Movement[]): Admissions => {
  const last = movements.at(-1);
  const entries = movements.filter(({ direction }) => direction === 'in');
  const lastIn = entries.at(-1);
  return {
    ...noAdmissions,
    [who]: {
      ...(last === undefined ? {} : { last }),
      ...(lastIn === undefined ? {} : { lastIn }),
      visits: entries.map((entry) => entry.at).reverse(),
    },
  };
};

describe('a card that proved itself and is on the list', () => {
  it('is admitted, with all that the visitor and the receipt are told', () => {
    const party = { id: 'P-1', role: 'representative', size: 3 } as const;
    expect(ask({ record: { ...ticket, party, doors: ['north'], admits: 3 } })).toEqual({
      name: 'admitted',
      at: now,
      gate: 'north-1',
      direction: 'in',
      people: 3,
      repeat: false,
      ticket: { number: 'T-1', category: 'adult', seat: 'A-12', zone: 'stand', party },
    });
  });
});

describe('a card that was refused before the list was asked', () => {
  it.each([
    refused('not-genuine', { code: 'bad-signature', reason: 'The signature does not hold.' }),
    refused('expired'),
    refused('revoked'),
    refused('unknown-issuer'),
    refused('not-a-my-number-card'),
    refused('no-certificate'),
    refused('unreadable'),
    heldTooShort('two-cards'),
    outOfOrder(['hsm', 'list']),
  ])('keeps its reason, whatever the list and the rules say: %o', (credential) => {
    expect(ask({ credential, rules: { entry: 'freely', roster: true } })).toEqual(
      credential.kind === 'refused' ? credential.verdict : undefined,
    );
  });
});

describe('the clock', () => {
  it('admits nobody when it is behind the newest entry of the journal', () => {
    const admissions = { ...noAdmissions, newest: now + 1 };
    expect(ask({ admissions })).toMatchObject({ name: 'out-of-order', missing: ['clock'] });
    expect(ask({ admissions: { ...noAdmissions, newest: now } }).name).toBe('admitted');
  });

  it('admits nobody when it is no time at all', () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(ask({ now: wrong })).toMatchObject({ name: 'out-of-order', missing: ['clock'] });
    }
  });
});

describe('the list', () => {
  it('tells a card that is not on it', () => {
    expect(ask({ record: undefined })).toEqual({ name: 'not-on-list' });
  });

  it('tells a card that it names as revoked, whatever else would hold', () => {
    expect(ask({ record: 'revoked' })).toMatchObject({ name: 'revoked', code: 'revoked-in-list' });
    expect(ask({ record: 'revoked', rules: { ...once, roster: true } }).name).toBe('revoked');
  });

  it('tells a card whose ticket is for another session, and which', () => {
    const otherSession = { name: 'Evening', starts: date('2026-11-22T18:00:00') };
    expect(ask({ record: { otherSession } })).toEqual({
      name: 'wrong-session',
      at: now,
      session: 'Evening',
      starts: at('2026-11-22T18:00:00'),
    });
  });
});

describe('one entry', () => {
  it.each(['binding', 'ticket'] as const)('is not given twice to a %s', (who) => {
    const admissions = after(who, went('in', now - minute, 'south-2'));
    expect(ask({ admissions })).toMatchObject({
      name: 'already-entered',
      enteredAt: now - minute,
      enteredGate: 'south-2',
      by: who === 'binding' ? 'card' : 'ticket',
    });
  });

  it.each(['binding', 'ticket'] as const)('is not given back to a %s by an exit tap', (who) => {
    const admissions = after(who, went('in', now - 2 * minute), went('out', now - minute));
    expect(ask({ admissions })).toMatchObject({ name: 'already-entered', enteredAt: now - 2 * minute });
  });

  it('is given to one who tapped out without having come in here', () => {
    expect(ask({ admissions: after('binding', went('out', now - minute)) }).name).toBe('admitted');
  });
});

describe('re-entry', () => {
  const rules: Rules = { entry: 'after-exit' };

  it('is given after an exit tap, and not before', () => {
    for (const who of ['binding', 'ticket'] as const) {
      const inside = after(who, went('in', now - 2 * minute));
      const outside = after(who, went('in', now - 2 * minute), went('out', now - minute));
      expect(ask({ rules, admissions: inside }).name).toBe('already-entered');
      expect(ask({ rules, admissions: outside }).name).toBe('admitted');
    }
  });

  it('is given freely where the rules say so', () => {
    const admissions = after('binding', went('in', now - minute));
    expect(ask({ rules: { entry: 'freely' }, admissions }).name).toBe('admitted');
  });
});

describe('an exit lane', () => {
  const rules: Rules = {
    entry: 'never-again',
    windows: [{ from: date('2026-11-21T10:00:00'), until: date('2026-11-21T11:00:00') }],
    zoneDoors: { stand: ['south'] },
  };

  it('lets out whoever is on the list, at any time, by any door, inside or not as far as it knows', () => {
    for (const admissions of [noAdmissions, after('ticket', went('in', now - minute))]) {
      expect(ask({ lane: exit, rules, admissions })).toMatchObject({ name: 'admitted', direction: 'out' });
    }
  });
});

describe('the double-tap guard', () => {
  const cases: [string, number, VerdictName, boolean][] = [
    ['at once', 0, 'admitted', true],
    ['3 s later, the last moment of it', 3_000, 'admitted', true],
    ['a moment after 3 s', 3_001, 'already-entered', false],
  ];
  it.each(cases)('takes the same card %s for what it is', (_, later, name, repeat) => {
    const verdict = ask({ admissions: after('binding', went('in', now)), now: now + later });
    expect(verdict).toMatchObject(repeat ? { name, repeat, at: now } : { name });
  });

  it('does not take another card of the ticket, another gate or the other direction for the same tap', () => {
    expect(ask({ admissions: after('ticket', went('in', now - 1)) }).name).toBe('already-entered');
    expect(ask({ admissions: after('binding', went('in', now - 1, 'south-2')) }).name).toBe(
      'already-entered',
    );
    const left = ask({ lane: exit, admissions: after('binding', went('in', now - 1)) });
    expect(left).toMatchObject({ name: 'admitted', direction: 'out', repeat: false });
  });
});

describe('doors and zones', () => {
  const zoned: Rules = { ...once, zoneDoors: { stand: ['south', 'west'], arena: ['north'] } };
  const cases: [string, Partial<EntryRecord>, Rules, VerdictName][] = [
    ['a ticket without doors, in a zone without doors, enters by any', {}, once, 'admitted'],
    ["a ticket enters by its own doors, before its zone's", { doors: ['north'] }, zoned, 'admitted'],
    ["a ticket enters by its zone's doors", { zone: 'arena' }, zoned, 'admitted'],
    ['a ticket is sent to its own doors', { doors: ['south'] }, once, 'wrong-gate'],
    ["a ticket is sent to its zone's doors", {}, zoned, 'wrong-gate'],
    ['a zone that the rules do not name is reached by any door', { zone: 'lawn' }, zoned, 'admitted'],
    ['a zone named like a property of every object is no rule', { zone: 'constructor' }, zoned, 'admitted'],
  ];
  it.each(cases)('%s', (_, change, rules, name) => {
    expect(ask({ record: { ...ticket, ...change }, rules }).name).toBe(name);
  });

  it('tells where to go instead', () => {
    expect(ask({ rules: zoned })).toMatchObject({ gate: 'north-1', doors: ['south', 'west'] });
  });
});

describe('time windows', () => {
  const from = date('2026-11-21T17:00:00');
  const until = date('2026-11-21T19:00:00');
  const late = { from: date('2026-11-21T20:00:00'), until: date('2026-11-21T21:00:00') };
  const windows: Rules = { ...once, windows: [{ from, until }] };
  const inside = (when: number, rules: Rules = windows, record: EntryRecord = ticket) =>
    ask({ now: when, rules, record });

  it('include their first and last moment, and nothing beside them', () => {
    expect(inside(from.getTime()).name).toBe('admitted');
    expect(inside(until.getTime()).name).toBe('admitted');
    expect(inside(from.getTime() - 1)).toMatchObject({ name: 'too-early', from: from.getTime() });
    expect(inside(until.getTime() + 1)).toMatchObject({ name: 'too-late', until: until.getTime() });
  });

  it('hold by category, else by those that name none', () => {
    const rules: Rules = {
      ...once,
      windows: [
        { from, until },
        { ...late, category: 'child' },
      ],
    };
    const child = { ...ticket, category: 'child' };
    expect(inside(now, rules).name).toBe('admitted');
    expect(inside(now, rules, child)).toMatchObject({ name: 'too-early', from: late.from.getTime() });
    expect(inside(late.from.getTime(), rules, child).name).toBe('admitted');
  });

  it("yield to the ticket's own", () => {
    expect(inside(now, windows, { ...ticket, window: late }).name).toBe('too-early');
    expect(inside(late.until.getTime(), windows, { ...ticket, window: late }).name).toBe('admitted');
  });

  it('of several: between two it is too early for the next, after all too late for the last', () => {
    const rules: Rules = { ...once, windows: [{ from, until }, late] };
    expect(inside(until.getTime() + 1, rules)).toMatchObject({
      name: 'too-early',
      from: late.from.getTime(),
    });
    expect(inside(late.until.getTime() + 1, rules)).toMatchObject({
      name: 'too-late',
      until: late.until.getTime(),
    });
  });
});

describe('visit limits', () => {
  const rules: Rules = {
    entry: 'freely',
    visitLimits: [
      { visits: 3, days: 7 },
      { visits: 5, days: 28 },
    ],
  };
  const visited = (...days: string[]): Admissions =>
    after('binding', ...days.map((day) => went('in', at(`2026-11-${day}T23:59:59`))));

  it('let in below n visits in d days, and not at n', () => {
    expect(ask({ rules, admissions: visited('15', '16') }).name).toBe('admitted');
    expect(ask({ rules, admissions: visited('15', '16', '17') })).toMatchObject({
      name: 'visit-limit',
      visits: 3,
      days: 7,
    });
  });

  it("count Japan's calendar days, that of the visit among them", () => {
    // The 15th is the seventh day back from the 21st; the 14th no longer counts.
    expect(ask({ rules, admissions: visited('14', '15', '16') }).name).toBe('admitted');
    expect(ask({ rules, admissions: visited('15', '16', '17') })).toMatchObject({
      from: at('2026-11-22T00:00:00'),
    });
    const midnight = at('2026-11-22T00:00:00');
    expect(ask({ rules, admissions: visited('15', '16', '17'), now: midnight }).name).toBe('admitted');
    expect(ask({ rules, admissions: visited('15', '16', '17'), now: midnight - 1 }).name).toBe('visit-limit');
  });

  it('hold several at once, and tell the one that keeps out longest', () => {
    const admissions = visited('01', '02', '15', '16', '17');
    expect(ask({ rules, admissions })).toMatchObject({
      visits: 5,
      days: 28,
      from: at('2026-11-29T00:00:00'),
    });
  });

  it('hold for the ticket as for the card', () => {
    const admissions = { ...noAdmissions, ticket: visited('15', '16', '17').binding };
    expect(ask({ rules, admissions }).name).toBe('visit-limit');
  });
});

describe('a child', () => {
  const child: EntryRecord = { ...ticket, flags: ['needs-adult'] };

  it('enters when an adult of the party is inside, and not before', () => {
    expect(ask({ record: child }).name).toBe('needs-adult');
    const admissions: Admissions = { ...noAdmissions, party: { adultInside: true } };
    expect(ask({ record: child, admissions }).name).toBe('admitted');
  });
});

describe('a party that enters together', () => {
  const rules: Rules = { ...once, partyWithinSeconds: 60 };
  const companion: EntryRecord = { ...ticket, party: { id: 'P', role: 'companion', size: 2 } };
  const representative: EntryRecord = { ...ticket, party: { id: 'P', role: 'representative', size: 2 } };
  const since = (representativeIn: number): Admissions => ({
    ...noAdmissions,
    party: { representativeIn, adultInside: true },
  });

  it('lets the representative in first', () => {
    expect(ask({ rules, record: representative }).name).toBe('admitted');
    expect(ask({ rules, record: companion })).toMatchObject({
      name: 'party-incomplete',
      missing: 'representative',
      withinSeconds: 60,
    });
  });

  it('lets companions in within the time after, its last moment included', () => {
    expect(ask({ rules, record: companion, admissions: since(now - minute) }).name).toBe('admitted');
    expect(ask({ rules, record: companion, admissions: since(now - minute - 1) })).toMatchObject({
      name: 'party-incomplete',
      missing: 'in-time',
    });
  });

  it('is no matter where the rules do not ask for it, or for who has no party', () => {
    expect(ask({ record: companion }).name).toBe('admitted');
    expect(ask({ rules }).name).toBe('admitted');
  });
});

describe('a roster', () => {
  const rules: Rules = { entry: 'after-exit', roster: true };

  it('lets in any genuine card, without a ticket, and holds the rule of entry', () => {
    const verdict = ask({ rules, record: undefined });
    expect(verdict).toMatchObject({ name: 'admitted', people: 1 });
    expect(verdict).not.toHaveProperty('ticket');
    const inside = after('binding', went('in', now - minute));
    expect(ask({ rules, record: undefined, admissions: inside }).name).toBe('already-entered');
    expect(ask({ rules, record: undefined, admissions: inside, lane: exit }).name).toBe('admitted');
  });

  it('shows the ticket of who has one', () => {
    expect(ask({ rules })).toMatchObject({ name: 'admitted', ticket: { number: 'T-1' } });
  });
});

describe('of several reasons', () => {
  const windows = [{ from: date('2026-11-21T10:00:00'), until: date('2026-11-21T11:00:00') }];
  const inParty: EntryRecord = { ...ticket, party: { id: 'P', role: 'companion', size: 2 } };
  const child: EntryRecord = { ...inParty, flags: ['needs-adult'] };
  const entered = after('ticket', went('in', now - minute));
  // From the last to the first: each adds a reason that goes before all below it.
  const party: Rules = { entry: 'freely', partyWithinSeconds: 60 };
  const visits: Rules = { ...party, visitLimits: [{ visits: 1, days: 1 }] };
  const times: Rules = { ...visits, windows };
  const doors: Rules = { ...times, zoneDoors: { stand: ['south'] } };
  const order: [VerdictName, EntryRecord, Rules][] = [
    ['party-incomplete', inParty, party],
    ['needs-adult', child, party],
    ['visit-limit', child, visits],
    ['too-late', child, times],
    ['wrong-gate', child, doors],
    ['already-entered', child, { ...doors, entry: 'never-again' }],
  ];
  it.each(order)('%s is told before those above it', (name, record, rules) => {
    expect(ask({ record, rules, admissions: entered }).name).toBe(name);
  });
});
