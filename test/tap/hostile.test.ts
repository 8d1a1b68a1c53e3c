import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerdictName } from '../../gate/decide/verdict.ts';
import { hostileCard, hostilities, type Hostility } from '../card/hostile-card.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { openLane, visitorCalled, type Lane } from './lane.ts';

let lane: Lane;
let honest: VirtualCard;
let next: VirtualCard;
beforeAll(async () => {
  lane = await openLane({ crowd: 2, rules: { entry: 'freely' } });
  honest = visitorCalled(lane, 'visitor 1').card;
  next = visitorCalled(lane, 'visitor 2').card;
});
afterAll(async () => {
  await lane.close();
});

const unreadable = 'unreadable' as const;
const hostile: Record<Hostility, VerdictName> = {
  'certificate of 64 kB without end': unreadable,
  'certificate of 4 GB without end': unreadable,
  'certificate of a length that overflows': unreadable,
  'certificate of indefinite length': unreadable,
  'certificate of no bytes': unreadable,
  'certificate that nests without end': unreadable,
  'certificate of noise': unreadable,
  'certificate with one bit changed': unreadable,
  'reads of nothing': unreadable,
  'reads of one byte': unreadable,
  'reads longer than asked': unreadable,
  'nonsense status words': unreadable,
  'status words of zero': unreadable,
  'more to come, for ever': unreadable,
  'another length, for ever': unreadable,
  'answers of no bytes': 'hold-longer',
  'answers of one byte': 'hold-longer',
  'answers of 64,000 bytes': unreadable,
  'challenge of no bytes': unreadable,
  'challenge of 200 bytes': unreadable,
  'signature of no bytes': unreadable,
  'signature of zeros': 'not-genuine',
  'signature one byte short': unreadable,
  'signature with more after it': unreadable,
  'yes to everything': unreadable,
};

describe('a hostile card is refused, and the lane goes on', () => {
  it.each(Object.keys(hostilities) as Hostility[])('%s', async (hostility) => {
    const { verdict } = await lane.hold(hostileCard(honest, hostility));
    expect(verdict.name).toBe(hostile[hostility]);
    expect((await lane.hold(next)).verdict.name).toBe('admitted');
  });
});
