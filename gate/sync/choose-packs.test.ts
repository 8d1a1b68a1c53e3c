import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OfferedPack } from '../../ticketing/gate-api/messages.ts';
import { choosePacks } from './choose-packs.ts';

const file = {
  event: 'concert',
  session: 'first',
  gateGroup: 'main',
  bytes: 1000,
  digest: '0f'.repeat(32),
  issuedAt: '2027-04-01T00:00:00.000Z',
};
const full = (version: number, more: object = {}): OfferedPack => ({
  kind: 'full',
  ...file,
  version,
  ...more,
});
const delta = (base: number, version: number, more: object = {}): OfferedPack => ({
  kind: 'delta',
  ...file,
  base,
  version,
  ...more,
});

/** The files chosen, in short: `5` for a whole pack, `5-6` for a delta. */
function chosen(offered: readonly OfferedPack[], held: number): string {
  return choosePacks(offered, () => held)
    .map((each) => (each.kind === 'full' ? `${each.version}` : `${each.base}-${each.version}`))
    .join(' ');
}

describe('of the files that are offered', () => {
  it.each<[string, OfferedPack[], number, string]>([
    ['none is taken where there is none', [], 3, ''],
    ['none below what the gate has', [full(2), full(3), delta(1, 2)], 3, ''],
    [
      'a gate without a pack takes the newest whole one, and what changed since',
      [full(2), full(4), delta(4, 5)],
      0,
      '4 4-5',
    ],
    ['a gate without a pack takes no delta alone', [delta(1, 2)], 0, ''],
    ['deltas go before a whole pack of the same version', [full(5), delta(3, 4), delta(4, 5)], 3, '3-4 4-5'],
    ['a whole pack goes before deltas that do not lead as far', [full(6), delta(3, 4), delta(4, 5)], 3, '6'],
    ['of two ways the one that leads further', [delta(1, 3), delta(1, 2), delta(2, 5)], 1, '1-2 2-5'],
    ['and of those the shorter', [delta(1, 2), delta(2, 3), delta(1, 3)], 1, '1-3'],
    ['a delta that leads back leads nowhere', [delta(3, 3), delta(3, 2)], 3, ''],
  ])('%s', (_, offered, held, expected) => {
    expect(chosen(offered, held)).toBe(expected);
  });

  it('each session’s are chosen for itself', () => {
    const offered = [full(2), delta(2, 3), full(7, { session: 'second' }), full(9, { event: 'fair' })];
    const held = ({ event, session }: { event: string; session: string }): number =>
      event === 'concert' ? (session === 'first' ? 2 : 7) : 0;
    expect(choosePacks(offered, held)).toEqual([offered[1], offered[3]]);
  });

  it('those chosen follow one another, and lead as far as any way does', () => {
    const version = fc.integer({ min: 1, max: 12 });
    const any = fc.oneof(
      version.map((to) => full(to)),
      fc.tuple(version, version).map(([a, b]) => delta(a, b)),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 25 }), fc.integer({ min: 0, max: 12 }), (offered, held) => {
        const way = choosePacks(offered, () => held);
        let at = held;
        for (const step of way) {
          if (step.kind === 'delta') expect(step.base).toBe(at);
          expect(step.version).toBeGreaterThan(at);
          at = step.version;
        }
        expect(at).toBe(furthest(offered, held));
      }),
    );
  });
});

/** The furthest version that can be reached, by trying every file again and again. */
function furthest(offered: readonly OfferedPack[], held: number): number {
  const reached = new Set([held]);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const each of offered) {
      const leads =
        each.kind === 'full' || (each.base > 0 && reached.has(each.base) && each.version > each.base);
      if (leads && each.version > held) reached.add(each.version);
    }
  }
  return Math.max(...reached);
}
