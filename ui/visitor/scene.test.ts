import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Shown } from '../api/visitor-messages.ts';
import { dueAt, firstScene, settle, take, type Message, type Scene } from './scene.ts';

const shown: Shown = {
  light: 'green',
  icon: 'check',
  sound: 'welcome',
  pattern: 'steady',
  ja: { title: 'どうぞ', detail: '' },
  en: { title: 'Welcome', detail: '' },
};
const verdict: Message = { kind: 'verdict', shown };
const after = (scene: Scene, milliseconds: number): Message => settle(scene, milliseconds).message;

describe('what the visitor’s screen says', () => {
  it('leaves a verdict to be read though its card is gone, then is ready by itself', () => {
    const gone = take(take(firstScene, verdict, 1_000), { kind: 'ready' }, 1_200);
    expect(gone.message).toBe(verdict);
    expect(after(gone, 4_499)).toBe(verdict);
    expect(dueAt(gone)).toBe(4_500);
    expect(after(gone, 4_500)).toEqual({ kind: 'ready' });
  });

  it('leaves a refusal longer than a welcome', () => {
    const refused: Message = { kind: 'verdict', shown: { ...shown, light: 'red' } };
    const gone = take(take(firstScene, refused, 0), { kind: 'ready' }, 10);
    expect(dueAt(gone)).toBeGreaterThan(
      dueAt(take(take(firstScene, verdict, 0), { kind: 'ready' }, 10)) ?? 0,
    );
  });

  it('turns to the next card at once, and forgets what waited', () => {
    const waiting = take(take(firstScene, verdict, 0), { kind: 'ready' }, 10);
    const held = take(waiting, { kind: 'holding' }, 20);
    expect(held.message).toEqual({ kind: 'holding' });
    expect(after(held, 60_000)).toEqual({ kind: 'holding' });
  });

  it('says at once that the gate cannot be heard', () => {
    expect(take(take(firstScene, verdict, 0), { kind: 'lost' }, 1).message).toEqual({ kind: 'lost' });
  });

  it('ends in what was said last, whatever was said, once everything has been read', () => {
    const message = fc.constantFrom<Message>(
      verdict,
      { kind: 'ready' },
      { kind: 'holding' },
      { kind: 'lost' },
      { kind: 'connecting' },
      { kind: 'out-of-order', shown: { ...shown, light: 'grey' } },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(message, fc.nat(5_000)), { minLength: 1 }), (said) => {
        let scene = firstScene;
        let now = 0;
        for (const [each, later] of said) {
          now += later;
          scene = take(settle(scene, now), each, now);
        }
        expect(after(scene, now + 60_000)).toEqual(said.at(-1)?.[0]);
      }),
    );
  });
});
