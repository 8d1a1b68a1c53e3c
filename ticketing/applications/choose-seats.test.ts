import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FreeSeats } from './choose-seats.ts';

const seatsAt = (positions: readonly number[]) =>
  positions.map((position) => ({ id: String(position), position }));
const positions = fc
  .uniqueArray(fc.nat(40), { maxLength: 30 })
  .map((all) => all.sort((one, other) => one - other));

describe('free seats', () => {
  it('go to a party side by side, further back where it must be', () => {
    const free = new FreeSeats(seatsAt([1, 3, 4, 6, 7, 8, 9]));
    expect(free.take(3)?.map(({ position }) => position)).toEqual([6, 7, 8]);
    expect(free.take(2)?.map(({ position }) => position)).toEqual([3, 4]);
    expect(free.take(2)?.map(({ position }) => position)).toEqual([1, 9]);
    expect(free.take(1)).toBeUndefined();
  });

  it('are each given once, side by side whenever so many are, and never to half a party', () => {
    fc.assert(
      fc.property(positions, fc.array(fc.integer({ min: 1, max: 5 })), (all, parties) => {
        const free = new FreeSeats(seatsAt(all));
        const left = new Set(all);
        for (const size of parties) {
          const isRun = (at: number): boolean =>
            Array.from({ length: size }, (_, step) => at + step).every((each) => left.has(each));
          const couldSitTogether = [...left].some(isRun);
          expect(free.hasRun(size)).toBe(couldSitTogether);
          const taken = free.take(size)?.map(({ position }) => position);
          if (left.size < size) expect(taken).toBeUndefined();
          else expect(taken).toHaveLength(size);
          if (taken !== undefined && couldSitTogether) expect(isRun(taken[0] ?? -1)).toBe(true);
          for (const position of taken ?? []) expect(left.delete(position)).toBe(true);
          expect(free.count).toBe(left.size);
        }
      }),
    );
  });
});
