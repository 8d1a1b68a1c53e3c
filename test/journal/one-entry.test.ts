import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import type { Lane, Rules } from '../../gate/decide/rules.ts';
import { settle } from '../../gate/tap/settle.ts';
import { JournalFolder } from './journal-folder.ts';

// Several cards may carry one ticket, and a card may be given another ticket by a delta: one entry holds for
// each of them by itself.

const rules: fc.Arbitrary<Rules> = fc.constantFrom<Rules>(
  { entry: 'never-again' },
  { entry: 'never-again', roster: true },
  { entry: 'never-again', partyWithinSeconds: 1, visitLimits: [{ visits: 9, days: 1 }] },
);
const lane: fc.Arbitrary<Lane> = fc.record({
  gate: fc.constant('north-1'),
  door: fc.constantFrom('north', 'south'),
  direction: fc.constantFrom('in', 'in', 'out'),
});
const tap = fc.record({
  card: fc.nat(3),
  ticket: fc.nat(2),
  listed: fc.constantFrom(true, true, true, false),
  lane,
  rules,
  later: fc.constantFrom(0, 1, 3_000, 3_001, 90_000),
  restart: fc.constantFrom(false, false, false, false, true),
});

it('no order of taps, restarts, cards and rules lets a one-entry ticket or card in twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tap, { minLength: 5, maxLength: 40 }), async (taps) => {
      const folder = new JournalFolder();
      let journal = await folder.open();
      const entered = new Set<string>();
      try {
        for (const { card, ticket, listed, restart, later, ...rest } of taps) {
          if (restart) {
            await journal.close();
            journal = await folder.open();
          }
          folder.now += later;
          const record: EntryRecord = { ticket: `T-${ticket}`, category: 'adult' };
          const verdict = settle(
            {
              credential: { kind: 'genuine', tag: new Uint8Array(16).fill(card) },
              found: listed ? record : undefined,
              session: 'tour/evening',
              at: folder.now,
              ...rest,
            },
            journal,
          );
          if (verdict.name !== 'admitted' || verdict.repeat || verdict.direction === 'out') continue;
          const whose = [`card ${card}`, ...(listed ? [record.ticket] : [])];
          expect(whose.filter((each) => entered.has(each))).toEqual([]);
          for (const each of whose) entered.add(each);
        }
      } finally {
        await journal.close();
        folder.remove();
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);
