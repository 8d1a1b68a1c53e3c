import { describe, expect, it } from 'vitest';
import type { Seat } from '../api/organiser-messages.ts';
import { seatPlan } from './seat-plan.ts';

const seat = (place: Partial<Seat>): Seat => ({ id: 'a', category: 'c', state: 'free', ...place });

describe('a seat plan', () => {
  it('has seats where their map says, one unit from each to the nearest', () => {
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
    // In any order: the service gives seats out in its own.
    const curve = Array.from({ length: 360 }, (_, index) => {
      const place = (index * 7) % 360;
      const [x, row] = [place % 30, Math.floor(place / 30)];
      return seat({ x, y: row * 1.2 + (x - 15) ** 2 / 100 });
    });
    const { width } = seatPlan(curve);
    expect(width).toBeGreaterThan(25);
    expect(width).toBeLessThan(31);
  });

  it('has rows where any seat has no place', () => {
    const plan = seatPlan(Array.from({ length: 41 }, (_, x) => seat(x === 0 ? {} : { x, y: 0 })));
    expect([plan.width, plan.height]).toEqual([40, 2]);
  });
});
