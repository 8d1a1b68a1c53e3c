import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLane, type Lane } from './lane.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane({ profile: 'eac-p384', crowd: 1 });
});
afterAll(async () => {
  await lane.close();
});

it('a card of the profile eac-p384 goes through the whole tap, once', async () => {
  const [visitor] = lane.world.visitors;
  if (visitor === undefined) throw new Error('The world has no visitor.');
  expect((await lane.hold(visitor.card)).verdict).toMatchObject({
    name: 'admitted',
    repeat: false,
    ticket: { number: 'K-0001' },
  });
});
