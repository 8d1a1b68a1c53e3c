import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gathering } from './gathering.ts';

describe('gathering', () => {
  it('does together what comes at once, and what comes meanwhile in the next group', async () => {
    const groups: number[][] = [];
    const gathering = new Gathering<number, number>(10, (items) => {
      groups.push([...items]);
      return Promise.resolve(items.map((item) => ({ done: item * 2 })));
    });
    const first = Promise.all([1, 2, 3].map((item) => gathering.add(item)));
    expect(await first).toEqual([2, 4, 6]);
    expect(await gathering.add(4)).toBe(8);
    expect(groups).toEqual([[1, 2, 3], [4]]);
  });

  it('gives each its own outcome, whatever befalls those that wait with it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('good', 'refused', 'poison')),
        fc.integer({ min: 1, max: 5 }),
        async (items, most) => {
          const gathering = new Gathering<string, string>(most, async (group) => {
            expect(group.length).toBeLessThanOrEqual(most);
            await Promise.resolve();
            // What one of them breaks, it breaks for all that are with it.
            if (group.includes('poison')) throw new Error('poison');
            return group.map((item) => (item === 'good' ? { done: item } : { error: new Error(item) }));
          });
          const outcomes = await Promise.allSettled(items.map((item) => gathering.add(item)));
          const told = outcomes.map((each) =>
            each.status === 'fulfilled' ? each.value : (each.reason as Error).message,
          );
          expect(told).toEqual(items);
        },
      ),
    );
  });
});
