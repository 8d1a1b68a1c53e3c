import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applying, binding, sampleClaimCode } from '../../../test/kiosk/sample-tasks.ts';
import { loadCardProfile } from '../../card/profile.ts';
import type { Outcome } from './outcome.ts';
import { step } from './step.ts';
import { viewOf } from './view.ts';
import { nobody, type Answer, type Effect, type Press, type Visit, type VisitEvent } from './visit.ts';

const { pins } = loadCardProfile('jpki-rsa');

const outcomes: readonly Outcome[] = [
  {
    kind: 'reserved',
    number: '00112-23344',
    reservation: { application: '4711', seats: [], total: 0, dueAt: '2027-01-20T00:00:00Z' },
  },
  { kind: 'queued', number: '00112-23344' },
  { kind: 'bound' },
  { kind: 'refused', refusal: { code: 'sold-out', sentence: 'No seats are left.' } },
  { kind: 'failed', notice: 'service-away' },
];

const press: fc.Arbitrary<Press> = fc.oneof(
  fc.constantFrom(applying, binding).map((task) => ({ kind: 'begin' as const, task })),
  fc
    .constantFrom('look-up', 'agree-to-last-try', 'back', 'print', 'leave', 'touch')
    .map((kind): Press => ({ kind })),
  { weight: 4, arbitrary: fc.constantFrom('confirm', 'pin').map((kind): Press => ({ kind })) },
);

const cards = fc.record({
  kind: fc.constantFrom('card-arrived' as const, 'card-left' as const),
  card: fc.nat(3),
});

/** Anything that card, service or printer might say, in time or not. */
const answer: fc.Arbitrary<(work: number) => Answer> = fc
  .tuple(
    fc.integer({ min: -2, max: 1 }),
    fc.oneof(
      fc.nat(5).map((triesLeft) => ({ kind: 'card-known' as const, triesLeft })),
      fc.nat(4).map((triesLeft) => ({ kind: 'pin-wrong' as const, triesLeft })),
      fc.constantFrom(
        { kind: 'signed' as const },
        { kind: 'stepped' as const, step: 'signing' as const },
        { kind: 'card-unfit' as const, notice: 'unreadable' as const },
        { kind: 'card-lost' as const, notice: 'card-left' as const },
        { kind: 'claim-found' as const, task: binding },
        { kind: 'printing' as const, printing: 'failed' as const },
      ),
      fc.constantFrom(...outcomes).map((outcome) => ({ kind: 'settled' as const, outcome })),
    ),
  )
  .map(([late, said]) => (work: number) => ({ ...said, work: work + late }));

type Happening = VisitEvent | ((work: number) => Answer);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: press },
  { weight: 2, arbitrary: cards },
  { weight: 4, arbitrary: answer },
  { weight: 1, arbitrary: fc.constant({ kind: 'time-up' as const }) },
);

/** Plays it, and tells of each step what it came from and what it came to. */
function play(happenings: readonly Happening[], look: (seen: Seen) => void): Visit {
  let visit = nobody;
  for (const each of happenings) {
    const event = typeof each === 'function' ? each(visit.work) : each;
    const { visit: next, effects } = step(visit, event);
    look({ before: visit, event, after: next, effects });
    visit = next;
  }
  return visit;
}

interface Seen {
  readonly before: Visit;
  readonly event: VisitEvent;
  readonly after: Visit;
  readonly effects: readonly Effect[];
}

const many = { numRuns: 3000 };

/** A stretch of a visit as it should be, cut short at times; chance alone would seldom get so far. */
const stretch: fc.Arbitrary<readonly Happening[]> = fc
  .oneof(
    fc
      .tuple(fc.constantFrom(applying, binding), fc.nat(3), fc.nat(5))
      .map(([task, card, triesLeft]): readonly Happening[] => [
        { kind: 'begin', task },
        { kind: 'confirm' },
        { kind: 'card-arrived', card },
        (work) => ({ kind: 'card-known', work, triesLeft }),
      ]),
    fc
      .nat(4)
      .map((triesLeft): readonly Happening[] => [
        { kind: 'agree-to-last-try' },
        { kind: 'pin' },
        (work) => ({ kind: 'pin-wrong', work, triesLeft }),
      ]),
    fc
      .constantFrom(...outcomes)
      .map((outcome): readonly Happening[] => [
        { kind: 'pin' },
        (work) => ({ kind: 'signed', work }),
        (work) => ({ kind: 'settled', work, outcome }),
      ]),
  )
  .chain((whole) => fc.integer({ min: 1, max: whole.length }).map((length) => whole.slice(0, length)));

const happenings = fc
  .array(
    fc.oneof(
      stretch,
      happening.map((one): readonly Happening[] => [one]),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.flat());

describe('whatever happens at a kiosk, in whatever order', () => {
  it('the last try is used only after a yes to that very try', () => {
    let lastTries = 0;
    fc.assert(
      fc.property(happenings, (all) => {
        let yes = false;
        play(all, ({ before, event, after, effects }) => {
          const used = effects.find((effect) => effect.kind === 'use-pin');
          if (used !== undefined && before.phase.name === 'enter-pin') {
            if (before.phase.triesLeft <= 1) {
              lastTries += 1;
              expect(yes).toBe(true);
            }
            expect(used.lastTryAgreed).toBe(yes);
          }
          if (before.phase.name !== 'enter-pin' || after.phase.name !== 'enter-pin') yes = false;
          else if (event.kind === 'agree-to-last-try') yes = before.phase.triesLeft === 1;
        });
      }),
      many,
    );
    expect(lastTries).toBeGreaterThan(0);
  });

  it('it comes back to nobody once the card is taken and time passes', () => {
    fc.assert(
      fc.property(happenings, (all) => {
        const visit = play(all, () => undefined);
        const { card } = visit;
        const ending: VisitEvent[] = [
          ...(card === undefined ? [] : [{ kind: 'card-left' as const, card }]),
          { kind: 'time-up' },
          { kind: 'time-up' },
        ];
        const end = ending.reduce((now, event) => step(now, event).visit, visit);
        expect(end.phase).toEqual({ name: 'idle' });
        expect(end.card).toBeUndefined();
      }),
      many,
    );
  });

  it('everything is forgotten where a visit ends, and nothing late brings it back', () => {
    fc.assert(
      fc.property(happenings, answer, (all, late) => {
        play(all, ({ before, after, effects }) => {
          const over = (name: string): boolean => name === 'idle' || name === 'take-card';
          if (over(before.phase.name) || !over(after.phase.name)) return;
          expect(effects.map(({ kind }) => kind)).toContain('forget');
          expect(step(after, late(before.work)).visit).toEqual(after);
        });
      }),
      many,
    );
  });

  it('a card left behind is not asked for anything by the next visitor', () => {
    fc.assert(
      fc.property(happenings, (all) => {
        const of = new Map<number, number>();
        play(all, ({ after, event, effects }) => {
          if (event.kind === 'card-arrived') of.delete(event.card);
          for (const effect of effects) {
            if (effect.kind !== 'identify' && effect.kind !== 'use-pin') continue;
            expect(of.get(effect.card) ?? after.number).toBe(after.number);
            of.set(effect.card, after.number);
          }
        });
      }),
      many,
    );
  });

  it('a form is sent once it is signed, and once', () => {
    let sent = 0;
    fc.assert(
      fc.property(happenings, (all) => {
        const signed = new Set<number>();
        play(all, ({ before, event, effects }) => {
          if (!effects.some(({ kind }) => kind === 'send')) return;
          sent += 1;
          expect(event).toEqual({ kind: 'signed', work: before.work });
          expect(signed).not.toContain(before.work);
          signed.add(before.work);
        });
      }),
      many,
    );
    expect(sent).toBeGreaterThan(0);
  });

  it('a screen never learns a claim’s code, nor anything of a visit that is over', () => {
    fc.assert(
      fc.property(happenings, (all) => {
        play(all, ({ after }) => {
          const view = viewOf(after, pins);
          expect(JSON.stringify(view)).not.toContain(sampleClaimCode);
          if (after.phase.name === 'idle') {
            expect(view).toEqual({ visit: after.number, phase: 'idle', card: after.card !== undefined });
          }
        });
      }),
      many,
    );
  });
});
