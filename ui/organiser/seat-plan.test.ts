import { describe, expect, it } from 'vitest';
import type { Seat } from '../api/organiser-messages.ts';
import { seatPlan } from './seat-plan.ts';

const seat = (place: Partial<Seat>): Seat => ({ id: 'a', category: 'c', state: 'free', ...place });

describe('a seat plan', () => {
  it('has seats where their map says, one unit from each to the next', () => {
    const plan = seatPlan([
      seat({ x: 100, y: 50 }),
      seat({ x: 110, y: 50, state: 'sold' }),
      seat({ x: 100, y: 70 }),
    ]);
    expect(plan.width).toBe(2);
    expect(plan.height).toBe(3);
    expect(plan.paths.sold).toMatch(/^M1\.00 0\.00/);
    expect(plan.paths.free).toMatch(/^M0\.00 0\.00.*M0\.00 2\.00/);
  });

  it('is not drawn smaller for rows that are curved', () => {
    const curve = Array.from({ length: 30 }, (_, x) => seat({ x, y: (x - 15) ** 2 / 100 }));
    expect(seatPlan(curve).width).toBeGreaterThan(20);
    expect(seatPlan(curve).width).toBeLessThan(31);
  });

  it('has rows where any seat has no place', () => {
    const plan = seatPlan(Array.from({ length: 41 }, (_, x) => seat(x === 0 ? {} : { x, y: 0 })));
    expect([plan.width, plan.height]).toEqual([40, 2]);
  });
});
