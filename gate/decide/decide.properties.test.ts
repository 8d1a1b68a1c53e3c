import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import type { Admissions, Movement, Passage } from './admissions.ts';
import { heldTooShort, outOfOrder, refused, type Credential } from './credential.ts';
import { decide } from './decide.ts';
import { present } from './presentation.ts';
import type { Lane, Rules } from './rules.ts';
import type { Found } from './ticket.ts';
import { verdictNames } from './verdict.ts';

const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const anyDate = fc.date({ noInvalidDate: false });
const window = fc.record({ from: anyDate, until: anyDate });
const time = fc.oneof(fc.integer(), fc.double(), fc.constant(Number.NaN));

/** Leaves out what is undefined: these types know no such value. */
function whole<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;
}

const anyRules = fc
  .record({
    entry: fc.constantFrom('never-again', 'after-exit', 'freely'),
    zoneDoors: some(fc.dictionary(name, fc.array(name, { minLength: 1 }))),
    windows: some(
      fc.array(fc.record({ from: anyDate, until: anyDate, category: some(name) }).map(whole), {
        maxLength: 3,
      }),
    ),
    visitLimits: some(fc.array(fc.record({ visits: fc.nat(3), days: fc.nat(9) }), { maxLength: 2 })),
    partyWithinSeconds: some(fc.nat(90)),
    roster: some(fc.boolean()),
  })
  .map((rules) => whole(rules) as Rules);

const anyRecord = fc
  .record({
    ticket: name,
    category: name,
    seat: some(name),
    zone: some(name),
    doors: some(fc.array(name, { minLength: 1 })),
    window: some(window),
    admits: some(fc.integer({ min: 2, max: 9 })),
    party: some(
      fc.record({ id: name, size: fc.nat(), role: fc.constantFrom('representative', 'companion') }),
    ),
    flags: some(fc.uniqueArray(fc.constantFrom('needs-adult', 'wheelchair-space', 'needs-assistance'))),
  })
  .map((record) => whole(record) as EntryRecord);

const anyFound: fc.Arbitrary<Found> = fc.oneof(
  anyRecord,
  fc.constant('revoked' as const),
  fc.constant(undefined),
  fc.record({ name, starts: anyDate }).map((otherSession) => ({ otherSession })),
);

const anyLane: fc.Arbitrary<Lane> = fc.record({
  gate: name,
  door: name,
  direction: fc.constantFrom('in', 'out'),
});

const anyCredential: fc.Arbitrary<Credential> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: 'genuine', tag: new Uint8Array(16) } as const) },
  fc.constantFrom(refused('expired'), refused('not-genuine', { code: 'x' }), heldTooShort(), outOfOrder([])),
);

const anyMovement = fc.record({
  direction: fc.constantFrom('in' as const, 'out' as const),
  at: time,
  gate: name,
});
const anyPassage = fc
  .record({ last: some(anyMovement), lastIn: some(anyMovement), visits: fc.array(time) })
  .map((passage) => whole(passage) as Passage);
const anyAdmissions = fc
  .record({
    binding: anyPassage,
    ticket: anyPassage,
    party: fc
      .record({ representativeIn: some(time), adultInside: fc.boolean() })
      .map((party) => whole(party) as Admissions['party']),
    newest: some(time),
  })
  .map((admissions) => whole(admissions) as Admissions);

describe('decide', () => {
  it('has a verdict for every question, and every verdict can be shown', () => {
    fc.assert(
      fc.property(
        fc.record({
          credential: anyCredential,
          record: anyFound,
          admissions: anyAdmissions,
          rules: anyRules,
          lane: anyLane,
          now: time,
        }),
        (question) => {
          const verdict = decide(question);
          expect(verdictNames).toContain(verdict.name);
          expect(present(verdict).visitor.ja.title).not.toBe('');
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('never admits a one-entry ticket or binding twice, whatever the order, the rules and the lanes', () => {
    const step = fc.record({
      card: fc.nat(3),
      ticket: fc.nat(2),
      lane: anyLane,
      rules: anyRules,
      record: anyRecord,
      later: fc.constantFrom(0, 1, 2_999, 3_000, 3_001, 60_000, 86_400_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const memory: (Movement & { card: number; ticket: string })[] = [];
        let now = Date.UTC(2026, 10, 21);
        for (const { card, ticket, lane, rules, record, later } of steps) {
          now += later;
          const of = { card, ticket: `T-${ticket}` };
          const admissions: Admissions = {
            binding: passage(memory.filter((each) => each.card === of.card)),
            ticket: passage(memory.filter((each) => each.ticket === of.ticket)),
            party: { adultInside: memory.length > 3, representativeIn: now - 30_000 },
          };
          const credential: Credential = { kind: 'genuine', tag: Uint8Array.of(card) };
          const found = { ...record, ticket: of.ticket };
          const verdict = decide({ credential, record: found, admissions, rules, lane, now });
          if (verdict.name !== 'admitted' || verdict.repeat) continue;
          if (verdict.direction === 'in' && rules.entry === 'never-again') {
            const before = memory.filter(
              (each) => each.direction === 'in' && (each.card === of.card || each.ticket === of.ticket),
            );
            expect(before).toEqual([]);
          }
          memory.push({ ...of, direction: verdict.direction, at: now, gate: lane.gate });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function passage(movements: readonly Movement[]): Passage {
  const entries = movements.filter(({ direction }) => direction === 'in');
  const [last, lastIn] = [movements.at(-1), entries.at(-1)];
  return {
    ...(last === undefined ? {} : { last }),
    ...(lastIn === undefined ? {} : { lastIn }),
    visits: entries.map(({ at }) => at).reverse(),
  };
}
