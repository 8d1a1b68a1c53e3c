import fc from 'fast-check';
import { readSheet } from 'read-excel-file/node';
import { afterEach, expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { GateInHall } from '../../test/journals/gate-in-hall.ts';
import {
  doorsAt,
  doorsUntil,
  makeParty,
  makeSession,
  makeTickets,
  type SessionRows,
} from '../../test/journals/hall.ts';
import { askRooms } from '../../test/ticketing/ask-room.ts';
import type { Role } from '../http/actor.ts';
import { takeJournal } from '../journals/take-journal.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { figuresRoutes } from './figures-routes.ts';
import { sessionFigures, type SessionFigures } from './session-figures.ts';

const minute = 60_000;
const listSigner = softwareSigner();
const gates: GateInHall[] = [];
afterEach(async () => {
  for (const gate of gates.splice(0)) await gate.remove();
});

async function enrol(store: Store, session: SessionRows, name: string, door: string): Promise<GateInHall> {
  const gate = await GateInHall.enrol(store, session, name, { door });
  gates.push(gate);
  return gate;
}

async function handOverAll(store: Store, now = doorsUntil): Promise<void> {
  for (const gate of gates) {
    await takeJournal({ store, listSigner, now: () => now }, gate.row, await gate.handOver());
  }
}

async function figuresAt(store: Store, session: SessionRows, now: number): Promise<SessionFigures> {
  const figures = await sessionFigures(store, session.organisation, { id: session.session }, now);
  if (figures === undefined) throw new Error('no such session');
  return figures;
}

/** A small evening: three gates at two doors, six tickets, a party that one card opens for. */
async function evening(store: Store): Promise<SessionRows> {
  const session = await makeSession(store);
  const card = (first: number) => new Uint8Array(32).fill(first);
  const [, , , leader = '', follower = ''] = await makeTickets(store, session, [
    { number: 'K-1', cards: [card(1), card(2)] },
    { number: 'K-2', cards: [card(3)] },
    { number: 'K-3' },
    { number: 'K-4', cards: [card(4)] },
    { number: 'K-5' },
    { number: 'K-6', state: 'ended', cards: [card(5)] },
  ]);
  await makeParty(store, session, [leader, follower], 'representative-opens');
  const north = await enrol(store, session, 'north-1', 'north');
  const beside = await enrol(store, session, 'north-2', 'north');
  const south = await enrol(store, session, 'south', '=south');
  await north.tap(doorsAt + 5_000, 'K-1');
  await north.tap(doorsAt + 6_000, 'K-1', { repeat: true });
  await north.tap(doorsAt + 7_000, 'K-1', { verdict: 'already-entered' });
  await beside.tap(doorsAt + 50_000, 'K-4', { people: 2 });
  await beside.tap(doorsAt + 3 * minute, 'K-1', { direction: 'out' });
  await beside.tap(doorsAt + 4 * minute, 'K-9', { verdict: 'not-on-list', code: 'no-entry' });
  await beside.tap(doorsAt + 4 * minute + 1, 'K-9', { verdict: 'not-on-list', code: 'no-entry' });
  const hand = { kind: 'hand', session: session.name, direction: 'in', by: 'supervisor' } as const;
  await south.record(
    { ...hand, at: doorsAt + minute, reason: 'press' },
    { ...hand, at: doorsAt + 2 * minute, reason: 'card left at home', ticket: 'K-2' },
    {
      kind: 'undo',
      at: doorsAt + 2 * minute + 9,
      admission: { epoch: 1, number: 3 },
      by: 'staff',
      reason: 'turned back',
    },
  );
  await handOverAll(store);
  return session;
}

describeEachDatabase('the figures of a session', (database) => {
  it('count cards bound, people in and out, the fullest minute and taps refused, without what was taken back', async () => {
    const store = await database.newStore();
    const session = await evening(store);
    const figures = await figuresAt(store, session, doorsUntil - 1);
    expect(figures).toMatchObject({
      session: session.session,
      name: session.name,
      tickets: [{ category: 'S', tickets: 5, bound: 4, entered: 3, noShows: null }],
      doors: [
        { door: '=south', entries: 1, exits: 0, byHand: 1, peak: { at: doorsAt + minute, entries: 1 } },
        { door: 'north', entries: 3, exits: 1, byHand: 0, peak: { at: doorsAt, entries: 3 } },
      ],
      minutes: [
        { at: doorsAt, door: 'north', entries: 3, exits: 0 },
        { at: doorsAt + minute, door: '=south', entries: 1, exits: 0 },
        { at: doorsAt + 3 * minute, door: 'north', entries: 0, exits: 1 },
      ],
      refused: [
        { verdict: 'not-on-list', code: 'no-entry', taps: 2 },
        { verdict: 'already-entered', code: null, taps: 1 },
      ],
      journals: [{ gate: 'north-1', door: 'north', whole: false }, { gate: 'north-2' }, { gate: 'south' }],
    });
  });

  it('name no-shows once the session is over, and which journals are whole', async () => {
    const store = await database.newStore();
    const session = await evening(store);
    const [north] = gates;
    await north?.record({ kind: 'lane', at: doorsUntil, open: false, by: 'supervisor' });
    await handOverAll(store);
    const { tickets, journals } = await figuresAt(store, session, doorsUntil);
    expect(tickets).toMatchObject([{ entered: 3, noShows: 2 }]);
    expect(journals.map(({ whole }) => whole)).toEqual([true, false, false]);
    expect(journals[0]?.until).toBeGreaterThanOrEqual(doorsUntil);
  });

  it('are nothing but zeros before anything happened', async () => {
    const store = await database.newStore();
    const session = await makeSession(store);
    expect(await figuresAt(store, session, doorsAt)).toMatchObject({
      tickets: [{ category: 'S', tickets: 0, bound: 0, entered: 0, noShows: null }],
      doors: [],
      minutes: [],
      refused: [],
      journals: [],
    });
  });

  it('agree with a count by hand, whatever passed where', async () => {
    const act = fc.record({
      gate: fc.nat(2),
      seconds: fc.nat(600),
      people: fc.integer({ min: 1, max: 3 }),
      direction: fc.constantFrom('in' as const, 'out' as const),
      how: fc.constantFrom('tap' as const, 'hand' as const),
      undone: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
        const store = await database.newStore();
        const session = await makeSession(store);
        const doors = ['a', 'a', 'b'];
        for (const [at, door] of doors.entries()) await enrol(store, session, `gate-${at}`, door);
        const inOrder = acts.toSorted((a, b) => a.seconds - b.seconds);
        for (const { gate: which, seconds, people, direction, how, undone } of inOrder) {
          const gate = gates[which];
          if (gate === undefined) continue;
          const at = doorsAt + seconds * 1000;
          const journal = await gate.open();
          const of = { session: session.name, direction, ...(people > 1 ? { people } : {}) };
          gate.now = Math.max(gate.now, at);
          const place = journal.record(
            how === 'tap'
              ? { kind: 'tap', at, verdict: 'admitted', ...of }
              : { kind: 'hand', at, by: 'staff', reason: 'press', ...of },
          );
          if (undone) {
            journal.record({ kind: 'undo', at, admission: place, by: 'staff', reason: 'turned back' });
          }
        }
        await handOverAll(store);
        const counted = new Map<string, number>();
        for (const { gate, seconds, people, direction, undone } of acts) {
          if (undone) continue;
          const key = `${doors[gate] ?? ''} ${Math.floor(seconds / 60)} ${direction}`;
          counted.set(key, (counted.get(key) ?? 0) + people);
        }
        const { minutes, doors: totals } = await figuresAt(store, session, doorsUntil);
        const shown = minutes.flatMap(({ at, door, entries, exits }) => {
          const of = `${door} ${(at - doorsAt) / minute}`;
          return [[`${of} in`, entries] as const, [`${of} out`, exits] as const];
        });
        expect(new Map(shown.filter(([, people]) => people > 0))).toEqual(counted);
        for (const { door, entries, peak } of totals) {
          const each = minutes.filter((one) => one.door === door).map((one) => one.entries);
          expect([entries, peak?.entries ?? 0]).toEqual([
            each.reduce((all, one) => all + one, 0),
            Math.max(0, ...each),
          ]);
        }
        for (const gate of gates.splice(0)) await gate.remove();
      }),
      { numRuns: 5 },
    );
  });
});

describeEachDatabase('the routes of figures', (database) => {
  it('show them to those who may see, as JSON, CSV and a workbook', async () => {
    const store = await database.newStore();
    const { session, organisation } = await evening(store);
    const ask = askRooms(store, [figuresRoutes({ store, now: () => doorsUntil })]);
    const as = { person: newId(), organisation, role: 'auditor' as Role };
    const path = `GET /api/sessions/${session}/figures`;
    const { body } = await ask(path, { as });
    expect(body).toMatchObject({
      tickets: [{ category: 'S', noShows: 2 }],
      minutes: [{ at: '2027-04-03T08:00:00.000Z', door: 'north', entries: 3 }, {}, {}],
    });
    const csv = await ask(`${path}/file?language=en`, { as });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toBe(`attachment; filename="figures-${session}.csv"`);
    expect(String(csv.body).split('\r\n').slice(0, 12)).toEqual([
      '\uFEFF"Figure","Of","At (Japan time)","Count"',
      '"Valid tickets","S","",5',
      '"With a card bound","S","",4',
      '"Entered by","S","",3',
      '"No-shows","S","",2',
      '"People in","\'=south","",1',
      '"People out","\'=south","",0',
      '"People let in by hand","\'=south","",1',
      '"Most people in, in one minute","\'=south","2027-04-03 17:01:00",1',
      '"People in","north","",3',
      '"People out","north","",1',
      '"People let in by hand","north","",0',
    ]);
    expect(csv.body).toContain('"Taps refused","This card is not registered: no-entry","",2\r\n');
    const workbook = await ask(`${path}/file?form=xlsx`, { as });
    const rows = await readSheet(workbook.bytes);
    expect(rows.slice(0, 2)).toEqual([
      ['項目', '内訳', '日時（日本時間）', '数'],
      ['有効なチケット', 'S', null, 5],
    ]);
    expect(rows).toContainEqual(['1分ごとの入場者', 'north', '2027-04-03 17:00:00', 3]);
    const outside = { ...as, organisation: newId() };
    for (const each of [path, `${path}/file`]) {
      expect(await ask(each, { as: outside })).toMatchObject({ status: 404 });
    }
  });
});
