import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { GateInHall } from '../../test/journals/gate-in-hall.ts';
import {
  doorsAt,
  doorsUntil,
  issueList,
  makeSession,
  makeTickets,
  type SessionRows,
} from '../../test/journals/hall.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import type { Store } from '../store/store.ts';
import { letThroughAgainstRules } from './double-entries.ts';
import { handOverWithin } from './missing-journals.ts';
import type { Movement } from './movement.ts';
import { reconcileJobs } from './reconcile-job.ts';
import { reconcile } from './reconcile-session.ts';
import { takeJournal } from './take-journal.ts';

const listSigner = softwareSigner();
const minute = 60_000;
const now = doorsAt + 60 * minute;
const gates: GateInHall[] = [];
afterEach(async () => {
  for (const gate of gates.splice(0)) await gate.remove();
});

async function enrol(store: Store, session: SessionRows, ...names: readonly string[]): Promise<GateInHall[]> {
  const enrolled: GateInHall[] = [];
  for (const name of names) enrolled.push(await GateInHall.enrol(store, session, name));
  gates.push(...enrolled);
  return enrolled;
}

function take(store: Store, gate: GateInHall, file: Uint8Array): Promise<unknown> {
  return takeJournal({ store, listSigner, now: () => now }, gate.row, file);
}

interface SeenCase {
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly detail: unknown;
}

async function cases(store: Store): Promise<SeenCase[]> {
  const rows = await store.db
    .selectFrom('cases')
    .select(['kind', 'subject', 'state', 'detail'])
    .orderBy('kind')
    .orderBy('subject')
    .execute();
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }));
}

const movement = (change: Partial<Movement>): Movement => ({
  gate: 'a',
  door: 'a',
  gateGroup: 'main',
  place: { epoch: 1, number: 0 },
  at: doorsAt,
  how: 'tap',
  direction: 'in',
  ticket: 'K-1',
  people: 1,
  undone: false,
  ...change,
});

function withoutTicket(of: Movement): Movement {
  const { ticket, ...rest } = of;
  return ticket === undefined ? of : rest;
}

describe('what gates that did not know of each other let through', () => {
  it('is a double entry once the ticket, or its card, is in', () => {
    const twice = [movement({}), movement({ gate: 'b', at: doorsAt + minute })];
    expect(letThroughAgainstRules(twice, { entry: 'never-again' })).toMatchObject([
      { verdict: 'already-entered', subject: 'ticket K-1', against: [{ gate: 'b' }] },
    ]);
    const byCard = twice.map((each) => withoutTicket({ ...each, tag: 'ab'.repeat(16) }));
    const [found] = letThroughAgainstRules(byCard, { entry: 'never-again' });
    expect(found?.subject).toMatch(/^card [0-9a-f]{12}$/);
    expect(found?.subject).not.toContain('abab');
  });

  it('is none after an exit where the rules let one in again, nor where any number may enter', () => {
    const again = [
      movement({}),
      movement({ direction: 'out', at: doorsAt + minute, gate: 'b' }),
      movement({ at: doorsAt + 2 * minute, gate: 'c' }),
    ];
    expect(letThroughAgainstRules(again, { entry: 'after-exit' })).toEqual([]);
    expect(letThroughAgainstRules(again, { entry: 'never-again' })).toHaveLength(1);
    expect(letThroughAgainstRules(again, { entry: 'freely' })).toEqual([]);
  });

  it('is none where staff took the first one back, and none for people without a ticket', () => {
    const turnedBack = [movement({ undone: true }), movement({ gate: 'b', at: doorsAt + minute })];
    expect(letThroughAgainstRules(turnedBack, { entry: 'never-again' })).toEqual([]);
    const unnamed = [1, 2].map(() => withoutTicket(movement({ how: 'hand' })));
    expect(letThroughAgainstRules(unnamed, { entry: 'never-again' })).toEqual([]);
  });

  it('is too often where the visits of other sessions count', () => {
    const rules = { entry: 'freely' as const, visitLimits: [{ visits: 1, days: 2 }] };
    const yesterday = [movement({ at: doorsAt - 24 * 60 * minute })];
    expect(letThroughAgainstRules([movement({})], rules, yesterday)).toMatchObject([
      { verdict: 'visit-limit' },
    ]);
    expect(letThroughAgainstRules([movement({})], rules)).toEqual([]);
  });

  it('is found the same in whatever order it comes', () => {
    const anyMovement = fc.record({
      gate: fc.constantFrom('a', 'b', 'c'),
      at: fc.integer({ min: 0, max: 20 }).map((n) => doorsAt + n * 2_000),
      ticket: fc.constantFrom('K-1', 'K-2', 'K-3'),
      direction: fc.constantFrom('in' as const, 'out' as const),
      number: fc.nat(1000),
    });
    const rules = fc.constantFrom('never-again' as const, 'after-exit' as const);
    fc.assert(
      fc.property(
        fc.uniqueArray(anyMovement, { selector: ({ gate, number }) => `${gate} ${number}` }),
        rules,
        fc.func(fc.integer()),
        (all, entry, order) => {
          const movements = all.map(({ number, ...each }) =>
            movement({ ...each, place: { epoch: 1, number } }),
          );
          const shuffled = movements.map((each) => [order(each), each] as const).sort(([a], [b]) => a - b);
          const bySubject = (found: ReturnType<typeof letThroughAgainstRules>) =>
            found.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
          expect(
            bySubject(
              letThroughAgainstRules(
                shuffled.map(([, each]) => each),
                { entry },
              ),
            ),
          ).toEqual(bySubject(letThroughAgainstRules(movements, { entry })));
        },
      ),
    );
  });
});

describeEachDatabase('reconciling a session', (database) => {
  it('makes one case of a double entry, with all it needs to be worked', async () => {
    const store = await database.newStore();
    const session = await makeSession(store);
    const [north, south] = await enrol(store, session, 'north', 'south');
    await north?.tap(doorsAt + 5 * minute, 'K-1', { tag: new Uint8Array(16).fill(7) });
    await south?.tap(doorsAt + 9 * minute, 'K-1', { tag: new Uint8Array(16).fill(7) });
    await south?.tap(doorsAt + 9 * minute + 1000, 'K-1', { tag: new Uint8Array(16).fill(7), repeat: true });
    await south?.tap(doorsAt + 10 * minute, 'K-2');
    for (const gate of gates) await take(store, gate, await gate.handOver());
    expect(await reconcile(store, session.name, now)).toEqual(['opened']);
    expect(await reconcile(store, session.name, now + 1)).toEqual(['known']);
    const found = await cases(store);
    expect(found).toEqual([
      {
        kind: 'double-entry',
        subject: `session ${session.session} ticket K-1`,
        state: 'open',
        detail: {
          ticket: 'K-1',
          gates: ['north', 'south'],
          movements: [
            {
              at: '2027-04-03T08:05:00.000Z',
              gate: 'north',
              door: 'north',
              direction: 'in',
              how: 'tap',
              log: 1,
              entry: 2,
            },
            {
              at: '2027-04-03T08:09:00.000Z',
              gate: 'south',
              door: 'south',
              direction: 'in',
              how: 'tap',
              log: 1,
              entry: 2,
              against: 'already-entered',
            },
          ],
        },
      },
    ]);
    expect(JSON.stringify(found)).not.toContain('0707');
  });

  it('finds entries after a withdrawal of which a list was issued before', async () => {
    const store = await database.newStore();
    const session = await makeSession(store);
    const [north] = await enrol(store, session, 'north');
    const [lost, kept] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const [, second = ''] = await makeTickets(store, session, [
      { number: 'K-1', state: 'ended', endedAt: doorsAt - 10 * minute },
      { number: 'K-2', cards: [lost, kept] },
      { number: 'K-3', state: 'ended', endedAt: doorsAt + 30 * minute },
    ]);
    await store.db
      .updateTable('bindings')
      .set({ state: 'revoked', ended_at: doorsAt - 10 * minute, ended_why: 'lost' })
      .where('ticket_id', '=', second)
      .where('serial_hash', '=', Buffer.from(lost))
      .execute();
    await issueList(store, session, { version: 1, at: doorsAt - 20 * minute });
    await issueList(store, session, { version: 2, at: doorsAt - 5 * minute });
    await issueList(store, session, { version: 3, at: doorsAt + 40 * minute, gateGroup: 'other' });
    await north?.tap(doorsAt + minute, 'K-1');
    await north?.tap(doorsAt + 2 * minute, 'K-2', { tag: lost.slice(0, 16) });
    await north?.tap(doorsAt + 3 * minute, 'K-2', { tag: kept.slice(0, 16), direction: 'out' });
    await north?.tap(doorsAt + 45 * minute, 'K-3');
    await take(store, gates[0] as GateInHall, (await gates[0]?.handOver()) ?? new Uint8Array());
    await reconcile(store, session.name, now);
    expect(await cases(store)).toMatchObject([
      {
        kind: 'admission-after-withdrawal',
        subject: `session ${session.session} ticket K-1`,
        detail: {
          ticket: 'K-1',
          withdrawn: { why: 'cancelled', card: false },
          entries: [{ issued: { version: 2 } }],
        },
      },
      {
        subject: `session ${session.session} ticket K-2`,
        detail: {
          ticket: 'K-2',
          withdrawn: { why: 'lost', card: true },
          entries: [{ log: 1, issued: { version: 2 } }],
        },
      },
    ]);
  });

  it('puts what staff did by hand up for review, gate by gate', async () => {
    const store = await database.newStore();
    const session = await makeSession(store);
    const [north] = await enrol(store, session, 'north');
    const hand = { kind: 'hand', session: session.name, direction: 'in', by: 'supervisor' } as const;
    await north?.record(
      { ...hand, at: doorsAt + minute, reason: 'card left at home', ticket: 'K-1' },
      { ...hand, at: doorsAt + 2 * minute, reason: 'press' },
    );
    const places = { epoch: 1, number: 3 };
    await north?.record({
      kind: 'undo',
      at: doorsAt + 3 * minute,
      admission: places,
      by: 'staff',
      reason: 'turned back',
    });
    for (const gate of gates) await take(store, gate, await gate.handOver());
    await reconcile(store, session.name, now);
    expect(await cases(store)).toMatchObject([
      {
        kind: 'hand-admissions',
        detail: {
          gate: 'north',
          admissions: [
            { by: 'supervisor', reason: 'card left at home', ticket: 'K-1', log: 1, entry: 2 },
            { reason: 'press', undone: true },
          ],
        },
      },
    ]);
  });

  it('misses a gate’s journal after the session, and says so when it comes', async () => {
    const store = await database.newStore();
    const session = await makeSession(store);
    const [north, south] = await enrol(store, session, 'north', 'south');
    await issueList(store, session, { version: 1, at: doorsAt - minute });
    await north?.tap(doorsAt + minute, 'K-1');
    await north?.close();
    for (const gate of gates.slice(0, 1)) await take(store, gate, gate.exported());
    const late = doorsUntil + handOverWithin;
    await reconcile(store, session.name, late - 1);
    expect(await cases(store)).toEqual([]);
    await reconcile(store, session.name, late);
    expect(await cases(store)).toMatchObject([
      { kind: 'journal-missing', state: 'open', detail: { gate: 'south' } },
    ]);
    await south?.tap(doorsAt + minute, 'K-2');
    await south?.close();
    for (const gate of gates.slice(1)) await take(store, gate, gate.exported());
    await reconcile(store, session.name, late + 1);
    await reconcile(store, session.name, late + 2);
    expect(await cases(store)).toMatchObject([{ kind: 'journal-missing', state: 'closed' }]);
    expect(await store.db.selectFrom('case_notes').select(['person_id', 'text']).execute()).toEqual([
      { person_id: null, text: 'Closed by the service: the journal came in.' },
    ]);
  });

  it('is done in the background once journals came, and again after the session', async () => {
    const store = await database.newStore();
    const session = await makeSession(store);
    const both = await enrol(store, session, 'north', 'south');
    for (const gate of both) await gate.tap(doorsAt + minute, 'K-1');
    for (const gate of both) await take(store, gate, await gate.handOver());
    let time = now;
    const runner = new JobRunner({ store, kinds: reconcileJobs(store, () => time), now: () => time });
    await runner.runDue();
    expect(await cases(store)).toEqual([]);
    time += minute;
    await runner.runDue();
    expect(await cases(store)).toMatchObject([{ kind: 'double-entry' }]);
    expect(await store.db.selectFrom('jobs').select('name').execute()).toEqual([]);
  });

  it('comes to the same whatever the order and the parts in which honest journals come', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2), { minLength: 4, maxLength: 10 }),
        fc.boolean(),
        async (order, between) => {
          const store = await database.newStore();
          const session = await makeSession(store);
          const three = await enrol(store, session, 'a', 'b', 'c');
          const files: Uint8Array[][] = [];
          for (const [at, gate] of three.entries()) {
            const parts: Uint8Array[] = [];
            for (let n = 0; n < 4; n += 1) {
              await gate.tap(doorsAt + n * minute + at, `K-${(n * (at + 1)) % 5}`);
              parts.push(await gate.handOver());
              if (n === 1) await gate.close();
            }
            files.push(parts);
          }
          // Some parts in some order, older ones after newer ones too; at last each gate's newest.
          const sent = order.map((which, at) => [which, files[which]?.[(at * 7) % 4]] as const);
          for (const [which, file] of [...sent, ...files.map((parts, which) => [which, parts[3]] as const)]) {
            const gate = three[which];
            if (gate === undefined || file === undefined) continue;
            await take(store, gate, file);
            if (between) await reconcile(store, session.name, now);
          }
          await reconcile(store, session.name, now);
          const found = await cases(store);
          seen.add(JSON.stringify(found).replaceAll(session.session, 'session'));
          for (const gate of three) await gate.remove();
        },
      ),
      { numRuns: 4 },
    );
    expect(seen.size).toBe(1);
    expect([...seen][0]).toContain('double-entry');
  });
});
