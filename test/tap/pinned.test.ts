import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLane, visitorCalled, type Lane } from './lane.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane({ crowd: 1, pinned: true });
});
afterAll(async () => {
  await lane.close();
});

describe('a card whose key was pinned when it was bound', () => {
  it('is admitted by the eight commands that a tap cannot do without', async () => {
    const { verdict, times } = await lane.hold(visitorCalled(lane, 'visitor 1').card);
    expect(verdict.name).toBe('admitted');
    expect(times.commands.map(({ name }) => name)).toEqual([
      'select application',
      'get challenge',
      'read EF 000A',
      'select EF 0016',
      'load certificate block 1',
      'load certificate block 2',
      'external authenticate',
      'sign',
    ]);
  });

  it.each([
    ['cloned card', 'not-genuine'],
    ['wrongly signing card', 'not-genuine'],
    ['expired card', 'expired'],
  ])('is refused where it is a %s', async (label, verdict) => {
    expect((await lane.hold(visitorCalled(lane, label).card)).verdict.name).toBe(verdict);
  });
});
