import { describe, expect, it } from 'vitest';
import { applying, binding } from '../../../test/kiosk/sample-tasks.ts';
import type { Outcome } from './outcome.ts';
import { step } from './step.ts';
import { nobody, type Effect, type Phase, type Visit, type VisitEvent } from './visit.ts';

/** Everything that happens, one after the other; answers are to the newest work. */
type Happening = VisitEvent | ((work: number) => VisitEvent);

function play(happenings: readonly Happening[], from: Visit = nobody): { visit: Visit; effects: Effect[] } {
  let visit = from;
  const effects: Effect[] = [];
  for (const happening of happenings) {
    const next = step(visit, typeof happening === 'function' ? happening(visit.work) : happening);
    visit = next.visit;
    effects.push(...next.effects);
  }
  return { visit, effects };
}

const begin: Happening = { kind: 'begin', task: applying };
const confirm: Happening = { kind: 'confirm' };
const arrive: Happening = { kind: 'card-arrived', card: 1 };
const left: Happening = { kind: 'card-left', card: 1 };
const pin: Happening = { kind: 'pin' };
const leave: Happening = { kind: 'leave' };
const timeUp: Happening = { kind: 'time-up' };
const knows =
  (triesLeft: number): Happening =>
  (work) => ({ kind: 'card-known', work, triesLeft });
const wrong =
  (triesLeft: number): Happening =>
  (work) => ({ kind: 'pin-wrong', work, triesLeft });
const signed: Happening = (work) => ({ kind: 'signed', work });
const settles =
  (outcome: Outcome): Happening =>
  (work) => ({ kind: 'settled', work, outcome });
const queued: Outcome = { kind: 'queued', number: '00112-23344' };
const reserved: Outcome = {
  kind: 'reserved',
  number: '00112-23344',
  reservation: { application: '4711', seats: ['A-1'], total: 8000, dueAt: '2027-01-20T00:00:00Z' },
};

const atPin = [begin, confirm, arrive, knows(5)];

function phaseAfter(...happenings: readonly Happening[]): Phase {
  return play(happenings).visit.phase;
}

describe('a visit', () => {
  it('leads from the form over the card and its PIN to the service’s answer', () => {
    const { visit, effects } = play([...atPin, pin, signed, settles(queued)]);
    expect(visit.phase).toEqual({ name: 'done', outcome: queued });
    expect(effects.map(({ kind }) => kind)).toEqual(['identify', 'use-pin', 'send', 'forget']);
  });

  it('takes a card that was laid there before it was asked for', () => {
    expect(phaseAfter(arrive, begin, confirm).name).toBe('reading');
  });

  it('looks a claim up before it shows what is to be signed', () => {
    const found: Happening = (work) => ({ kind: 'claim-found', work, task: binding });
    expect(phaseAfter({ kind: 'look-up' }).name).toBe('looking-up');
    expect(phaseAfter({ kind: 'look-up' }, found)).toEqual({ name: 'review', task: binding });
  });

  it('prints what is reserved, and again where that failed', () => {
    const failed: Happening = (work) => ({ kind: 'printing', work, printing: 'failed' });
    const { visit, effects } = play([
      ...[...atPin, pin, signed, settles(reserved)],
      ...[failed, { kind: 'print' } as const],
    ]);
    expect(effects.filter(({ kind }) => kind === 'print')).toHaveLength(2);
    expect(visit.phase).toEqual({ name: 'done', outcome: reserved });
  });
});

describe('a PIN', () => {
  it('is asked for again where it was wrong, with the tries that are left', () => {
    expect(phaseAfter(...atPin, pin, wrong(4))).toMatchObject({
      name: 'enter-pin',
      triesLeft: 4,
      wrong: true,
      agreed: false,
    });
  });

  it('is not used as the last try without a yes', () => {
    const last = play([begin, confirm, arrive, knows(1)]).visit;
    expect(step(last, { kind: 'pin' })).toEqual({ visit: last, effects: [], refused: 'last-try' });
    const agreed = play([{ kind: 'agree-to-last-try' }], last).visit;
    expect(step(agreed, { kind: 'pin' }).effects).toMatchObject([{ kind: 'use-pin', lastTryAgreed: true }]);
  });

  it('cannot be agreed to be the last before it is', () => {
    const { visit } = play(atPin);
    expect(step(visit, { kind: 'agree-to-last-try' }).refused).toBe('not-now');
    expect(phaseAfter(...atPin, pin, wrong(1))).toMatchObject({ triesLeft: 1, agreed: false });
  });

  it('is not asked for where the card has none or it is blocked, by the key that is needed', () => {
    expect(phaseAfter(begin, confirm, arrive, knows(0))).toMatchObject({
      name: 'wrong-card',
      notice: 'signature-pin-blocked',
    });
    expect(phaseAfter({ kind: 'begin', task: binding }, confirm, arrive, knows(0))).toMatchObject({
      notice: 'authentication-pin-blocked',
    });
  });
});

describe('a card that leaves', () => {
  it.each([
    ['while it is read', [begin, confirm, arrive]],
    ['while the PIN is typed', atPin],
    ['while it signs', [...atPin, pin]],
  ])('%s is waited for again, and what it was asked no longer counts', (_, before) => {
    const asked = play(before).visit.work;
    const { visit } = play([...before, left]);
    expect(visit.phase).toMatchObject({ name: 'hold-card', notice: 'card-left' });
    expect(step(visit, { kind: 'signed', work: asked })).toEqual({ visit, effects: [] });
  });

  it('after it has signed changes nothing', () => {
    expect(phaseAfter(...atPin, pin, signed, left).name).toBe('sending');
  });

  it('was no use is asked for another one, and the reason stays', () => {
    const unfit: Happening = (work) => ({ kind: 'card-unfit', work, notice: 'not-a-my-number-card' });
    expect(phaseAfter(begin, confirm, arrive, unfit, left)).toMatchObject({
      name: 'hold-card',
      notice: 'not-a-my-number-card',
    });
  });
});

describe('the end of a visit', () => {
  it.each([['leave', leave] as const, ['time', timeUp] as const])('by %s forgets everything', (_, ending) => {
    for (const before of [[begin], [begin, confirm], [...atPin], [...atPin, pin]]) {
      const { visit, effects } = play([...before, ending]);
      expect(effects.at(-1)).toEqual({ kind: 'forget' });
      expect(['idle', 'take-card']).toContain(visit.phase.name);
    }
  });

  it('leaves a forgotten card to nobody else', () => {
    const { visit } = play([...atPin, timeUp]);
    expect(visit.phase).toEqual({ name: 'take-card' });
    expect(step(visit, { kind: 'begin', task: applying }).refused).toBe('take-card');
    expect(step(visit, { kind: 'card-left', card: 1 }).visit.phase).toEqual({ name: 'idle' });
  });

  it('cannot be asked for once the form is signed and on its way', () => {
    const { visit } = play([...atPin, pin, signed]);
    expect(step(visit, { kind: 'leave' }).refused).toBe('not-now');
    expect(step(visit, { kind: 'time-up' }).visit.phase).toEqual({
      name: 'done',
      outcome: { kind: 'unclear', number: '00112-23344' },
    });
  });
});
