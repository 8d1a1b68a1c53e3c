import { afterEach, expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { forge, forgeEntry } from '../../test/journals/forge.ts';
import { openHallOverHttp, type HallOverHttp } from '../../test/journals/hall-over-http.ts';
import { doorsAt, issueList, makeTickets } from '../../test/journals/hall.ts';
import { journalRows } from '../../test/journals/journal-rows.ts';
import type { Store } from '../store/store.ts';

const minute = 60_000;
const halls: HallOverHttp[] = [];
afterEach(async () => {
  for (const hall of halls.splice(0)) await hall.remove();
});

/** What goes wrong in a hall: makes it so, and answers the journals in the order in which they come. */
type Mishap = (hall: HallOverHttp, store: Store) => Promise<readonly HandedOver[]>;
type HandedOver = readonly [gate: 'north' | 'south', file: Uint8Array];

/** What went wrong, the kind of the one case that it becomes, what is needed to work that, and how it came. */
const mishaps: readonly (readonly [string, string, object, Mishap])[] = [
  [
    'a double entry across two gates that were apart',
    'double-entry',
    {
      ticket: 'K-1',
      gates: ['north', 'south'],
      movements: [
        { at: '2027-04-03T08:05:00.000Z', gate: 'north', door: 'north', direction: 'in', how: 'tap', log: 1 },
        { at: '2027-04-03T08:09:00.000Z', gate: 'south', entry: 2, against: 'already-entered' },
      ],
    },
    async ({ north, south }) => {
      await north.tap(doorsAt + 5 * minute, 'K-1');
      await south.tap(doorsAt + 9 * minute, 'K-1');
      return [
        ['south', await south.handOver()],
        ['north', await north.handOver()],
      ];
    },
  ],
  [
    'an admission after withdrawal',
    'admission-after-withdrawal',
    {
      ticket: 'K-1',
      withdrawn: { at: '2027-04-03T07:50:00.000Z', why: 'cancelled', card: false },
      entries: [{ gate: 'north', entry: 2, issued: { version: 2, at: '2027-04-03T07:55:00.000Z' } }],
    },
    async ({ session, north }, store) => {
      await makeTickets(store, session, [
        { number: 'K-1', state: 'ended', endedAt: doorsAt - 10 * minute },
        { number: 'K-2' },
      ]);
      await issueList(store, session, { version: 1, at: doorsAt - 20 * minute });
      await issueList(store, session, { version: 2, at: doorsAt - 5 * minute });
      await north.tap(doorsAt + minute, 'K-1');
      await north.tap(doorsAt + 2 * minute, 'K-2');
      return [['north', await north.handOver()]];
    },
  ],
  [
    'a forked journal',
    'journal-fork',
    { gate: 'north', door: 'north', findings: [{ code: 'fork', log: 2, number: 0 }] },
    async ({ north }) => {
      await north.tap(doorsAt + minute, 'K-1');
      await north.close();
      const setBack = north.backUp();
      await north.tap(doorsAt + 2 * minute, 'K-2');
      const first = await north.handOver();
      await north.close();
      setBack();
      await north.tap(doorsAt + 3 * minute, 'K-3');
      return [
        ['north', first],
        ['north', await north.handOver()],
      ];
    },
  ],
  [
    'a gap in a log',
    'journal-gap',
    { gate: 'north', findings: [{ code: 'entry-removed', log: 1, number: 3 }] },
    async ({ north }) => {
      for (let n = 0; n < 5; n += 1) await north.tap(doorsAt + n * minute, `K-${n}`);
      return [['north', forgeEntry(await north.handOver(), 3, () => undefined)]];
    },
  ],
  [
    'a gap between logs',
    'log-missing',
    { gate: 'north', findings: [{ code: 'log-gap' }] },
    async ({ north }) => {
      for (let n = 0; n < 3; n += 1) {
        await north.tap(doorsAt + n * minute, `K-${n}`);
        await north.close();
      }
      await north.open();
      const file = forge(await north.handOver(), (all) => {
        const logs = all.flatMap(({ type }, at) => (type === 'log' ? [at] : []));
        return all.filter((_, at) => at < (logs[1] ?? 0) || at >= (logs[2] ?? 0));
      });
      return [['north', file]];
    },
  ],
  [
    'a clock that jumped',
    'clock-jump',
    { gate: 'north', findings: [{ code: 'clock-set', log: 2 }] },
    async ({ north }) => {
      await north.tap(doorsAt + 30 * minute, 'K-1');
      await north.close();
      north.now = doorsAt;
      await north.open({ clockWasAhead: true });
      await north.tap(doorsAt + minute, 'K-2');
      return [['north', await north.handOver()]];
    },
  ],
];

describeEachDatabase('over HTTP', (database) => {
  it.each(mishaps)('%s becomes one case, with all it needs to be worked', async (_, kind, detail, make) => {
    const store = await database.newStore();
    const hall = await openHallOverHttp(store);
    halls.push(hall);
    const reconcile = `POST /api/sessions/${hall.session.session}/reconcile`;
    const files = await make(hall, store);
    for (const [gate, file] of files) {
      expect(await hall.handOver(file, hall[gate].signer)).toMatchObject({ status: 200 });
      expect(await hall.ask(reconcile, { as: hall.as('desk') })).toMatchObject({ status: 200 });
    }
    const cases = await hall.cases();
    expect(cases).toMatchObject([{ kind, state: 'open' }]);
    const shown = await hall.ask(`GET /api/cases/${cases[0]?.id ?? ''}`, { as: hall.as('desk') });
    expect(shown.body).toMatchObject({ detail });

    const before = await journalRows(store);
    for (const [gate, file] of files) {
      expect(await hall.handOver(file, hall[gate].signer)).toMatchObject({ status: 200 });
      expect(await hall.bring(file)).toMatchObject({ status: 200, body: { entries: 0 } });
      await hall.ask(reconcile, { as: hall.as('desk') });
    }
    expect(await journalRows(store)).toEqual(before);
  });
});
