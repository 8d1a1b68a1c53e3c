import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Presence } from './presence.ts';

const EMPTY = 0x10;
const PRESENT = 0x20;
const IN_USE = 0x100;
const state = (count: number, flags: number): number => count * 0x10000 + flags;

/** What a row of states means, one after the other. */
const changes = (...states: number[]): string[] => {
  const presence = new Presence();
  return states.map((each) => presence.next(each));
};

describe('the presence of a card', () => {
  it('begins with the card that lies there', () => {
    expect(changes(state(0, PRESENT))).toEqual(['arrived']);
  });

  it('begins with nothing on an empty reader', () => {
    expect(changes(state(0, EMPTY))).toEqual(['none']);
  });

  it('tells arrival and departure', () => {
    expect(changes(state(0, EMPTY), state(1, PRESENT), state(2, EMPTY))).toEqual(['none', 'arrived', 'left']);
  });

  it('is not changed by someone who connects', () => {
    expect(changes(state(1, PRESENT), state(1, PRESENT | IN_USE), state(1, PRESENT))).toEqual([
      'arrived',
      'none',
      'none',
    ]);
  });

  it('tells a card that was replaced between two looks', () => {
    expect(changes(state(1, PRESENT), state(3, PRESENT))).toEqual(['arrived', 'replaced']);
  });

  it('tells a card that was replaced where the count starts anew', () => {
    expect(changes(state(0xffff, PRESENT), state(1, PRESENT))).toEqual(['arrived', 'replaced']);
  });

  it('never loses an arrival, whichever states are skipped', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (seen) => {
        // The reader counts each coming and going; even counts are empty, odd ones hold a card.
        const told = seen.map((_, count) => state(count, count % 2 === 1 ? PRESENT : EMPTY));
        const shown = told.filter((_, at) => seen[at] === true);
        const counts = shown.map((each) => each >>> 16).filter((count) => count % 2 === 1);
        const arrivals = changes(...shown).filter((change) => change === 'arrived' || change === 'replaced');
        expect(arrivals).toHaveLength(counts.length);
      }),
    );
  });
});
