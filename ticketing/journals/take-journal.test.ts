import { afterEach, expect, it } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../../gate/journal-format/checkpoint.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { forge, forgeEntry } from '../../test/journals/forge.ts';
import { GateInHall } from '../../test/journals/gate-in-hall.ts';
import { doorsAt, makeSession, type SessionRows } from '../../test/journals/hall.ts';
import { journalRows } from '../../test/journals/journal-rows.ts';
import { countersignerName } from '../gate-api/messages.ts';
import type { Store } from '../store/store.ts';
import { importJournal } from './import-journal.ts';
import { takeJournal, type TakenJournal } from './take-journal.ts';

const listSigner = softwareSigner();
const now = () => doorsAt + 3_600_000;
const gates: GateInHall[] = [];
afterEach(async () => {
  for (const gate of gates.splice(0)) await gate.remove();
});

interface Hall {
  readonly store: Store;
  readonly session: SessionRows;
  readonly gate: GateInHall;
  readonly take: (file: Uint8Array) => Promise<TakenJournal>;
  /** Kind and subject of each case. */
  cases(): Promise<string[]>;
}

/** A gate at which ten have been let in, in two logs. */
async function openHall(store: Store): Promise<Hall> {
  const session = await makeSession(store);
  const gate = await GateInHall.enrol(store, session, 'north-1', { door: 'north' });
  gates.push(gate);
  for (let n = 0; n < 5; n += 1)
    await gate.tap(doorsAt + n * 5000, `K-${n}`, { tag: new Uint8Array(16).fill(n) });
  await gate.close();
  for (let n = 5; n < 10; n += 1) await gate.tap(doorsAt + n * 5000, `K-${n}`);
  return {
    store,
    session,
    gate,
    take: (file) => takeJournal({ store, listSigner, now }, gate.row, file),
    cases: async () => {
      const rows = await store.db.selectFrom('cases').select(['kind', 'subject']).orderBy('id').execute();
      return rows.map(({ kind, subject }) => `${kind}: ${subject}`);
    },
  };
}

describeEachDatabase('taking a journal', (database) => {
  it('keeps every signed entry once, and countersigns what holds', async () => {
    const hall = await openHall(await database.newStore());
    const file = await hall.gate.handOver();
    const taken = await hall.take(file);
    expect(taken.answer.findings).toEqual([]);
    expect(taken.sessions).toEqual([hall.session.name]);
    const rows = await hall.store.db
      .selectFrom('journal_entries')
      .select(['ticket', 'verdict', 'direction', 'admission'])
      .where('kind', '=', 'tap')
      .orderBy('at')
      .execute();
    expect(rows).toEqual(
      Array.from({ length: 10 }, (_, n) => ({
        ticket: `K-${n}`,
        verdict: 'admitted',
        direction: 'in',
        admission: 1,
      })),
    );
    expect(taken.answer.countersigned).toHaveLength(2);
    const journal = await hall.gate.open();
    const key = { name: countersignerName, publicKey: listSigner.publicKey };
    for (const note of taken.answer.countersigned) {
      expect(openCheckpoint(note, [hall.gate.signer.publicKey], [key]).countersignedBy).toEqual([
        countersignerName,
      ]);
      journal.keepCountersignature(note, key);
    }
  });

  it('changes nothing when the same journal comes again', async () => {
    const hall = await openHall(await database.newStore());
    const file = await hall.gate.handOver();
    const first = await hall.take(file);
    const before = await journalRows(hall.store);
    const again = await hall.take(file);
    expect(again.answer).toEqual(first.answer);
    expect(again.entries).toBe(0);
    expect(await journalRows(hall.store)).toEqual(before);
    const broken = forgeEntry(file, 3, () => undefined);
    await hall.take(broken);
    const withCase = await journalRows(hall.store);
    await hall.take(broken);
    expect(await journalRows(hall.store)).toEqual(withCase);
  });

  it('takes what is new of a longer one, and nothing of an older one that comes late', async () => {
    const hall = await openHall(await database.newStore());
    const older = await hall.gate.handOver();
    await hall.gate.tap(doorsAt + 60_000, 'K-10');
    const newer = await hall.gate.handOver();
    await hall.take(newer);
    const before = await journalRows(hall.store);
    expect((await hall.take(older)).answer.findings).toEqual([]);
    expect(await journalRows(hall.store)).toEqual(before);
    await hall.gate.tap(doorsAt + 70_000, 'K-11');
    expect((await hall.take(await hall.gate.handOver())).entries).toBeGreaterThan(0);
    expect(await hall.cases()).toEqual([]);
  });

  it('goes on where it was broken off', async () => {
    const hall = await openHall(await database.newStore());
    const file = await hall.gate.handOver();
    const broken = { ...hall.store, transaction: () => Promise.reject(new Error('power cut')) };
    await expect(takeJournal({ store: broken, listSigner, now }, hall.gate.row, file)).rejects.toThrow(
      'power cut',
    );
    let left = 1;
    const once: Store = {
      ...hall.store,
      transaction: (work) =>
        left-- > 0 ? hall.store.transaction(work) : Promise.reject(new Error('power cut')),
    };
    await expect(takeJournal({ store: once, listSigner, now }, hall.gate.row, file)).rejects.toThrow(
      'power cut',
    );
    expect((await hall.take(file)).answer.findings).toEqual([]);
    expect(await hall.store.db.selectFrom('gate_logs').select('epoch').execute()).toHaveLength(2);
    expect(await hall.store.db.selectFrom('jobs').select('name').execute()).toHaveLength(1);
  });

  it('refuses another gate’s', async () => {
    const hall = await openHall(await database.newStore());
    const other = await GateInHall.enrol(hall.store, hall.session, 'south-1');
    gates.push(other);
    await expect(hall.take(await other.handOver())).rejects.toMatchObject({ code: 'other-gate' });
    await expect(hall.take(Buffer.from('no journal'))).rejects.toMatchObject({ code: 'malformed' });
  });
});

type Forgery = (hall: Hall) => Promise<Uint8Array>;

/** Each way to change a journal that was, or was not yet, handed over; and the one case that it becomes. */
const forgeries: readonly (readonly [string, string, Forgery])[] = [
  [
    'an entry changed',
    'journal-altered: gate north-1 log 1',
    async ({ gate }) =>
      forgeEntry(await gate.handOver(), 4, (body) => {
        body[40] = (body[40] ?? 0) ^ 1;
        return body;
      }),
  ],
  [
    'an entry removed',
    'journal-gap: gate north-1 log 1',
    async ({ gate }) => forgeEntry(await gate.handOver(), 4, () => undefined),
  ],
  [
    'entries in another order',
    'journal-altered: gate north-1 log 1',
    async ({ gate }) =>
      forge(await gate.handOver(), (all) => {
        const places = all.flatMap(({ type }, at) => (type === 'entry' ? [at] : []));
        const [one = 0, other = 0] = [places[3], places[4]];
        return all.map((each, at) => (at === one ? all[other] : at === other ? all[one] : each) ?? each);
      }),
  ],
  [
    'a whole log left out',
    'log-missing: gate north-1',
    async ({ gate }) => {
      await gate.close();
      await gate.open();
      return forge(await gate.handOver(), (all) => {
        const logs = all.flatMap(({ type }, at) => (type === 'log' ? [at] : []));
        return all.filter((_, at) => at < (logs[1] ?? 0) || at >= (logs[2] ?? 0));
      });
    },
  ],
  [
    'the tail of a log cut off in the file',
    'journal-cut: gate north-1 log 2',
    async ({ gate }) =>
      forge(await gate.handOver(), (all) => {
        const last = all.findLastIndex(({ type }) => type === 'entry');
        return all.filter(({ type }, at) => type !== 'entry' || at < last - 3);
      }),
  ],
  [
    'a database set back, which then went on',
    'journal-fork: gate north-1 log 3',
    async ({ gate, take }) => {
      await gate.close();
      const setBack = gate.backUp();
      await gate.tap(doorsAt + 60_000, 'K-20');
      await gate.tap(doorsAt + 61_000, 'K-21');
      await take(await gate.handOver());
      await gate.close();
      setBack();
      await gate.tap(doorsAt + 65_000, 'K-22');
      return gate.handOver();
    },
  ],
  [
    'a database copied, of which the shorter one comes later',
    'journal-fork: gate north-1 log 3',
    async ({ gate, take }) => {
      await gate.close();
      const setBack = gate.backUp();
      for (let n = 0; n < 20; n += 1) await gate.tap(doorsAt + 60_000 + n, `K-2${n}`);
      await take(await gate.handOver());
      await gate.close();
      setBack();
      await gate.tap(doorsAt + 65_000, 'K-22');
      return gate.handOver();
    },
  ],
  [
    'a clock set back',
    'clock-jump: gate north-1 log 3',
    async ({ gate }) => {
      await gate.close();
      gate.now = doorsAt + 1000;
      await gate.open({ clockWasAhead: true });
      return gate.handOver();
    },
  ],
  [
    'a checkpoint of another key',
    'journal-signature: gate north-1 log 2',
    async ({ gate }) => {
      const checkpoint = { gate: 'north-1', epoch: 2, size: 1, root: new Uint8Array(32) };
      const note = Buffer.from(await signCheckpoint(checkpoint, softwareSigner()));
      return forge(await gate.handOver(), (all) => [...all, { type: 'checkpoint', body: note }]);
    },
  ],
];

describeEachDatabase('a forged journal', (database) => {
  it.each(forgeries)('%s becomes %s, however often it comes', async (_, expected, make) => {
    const hall = await openHall(await database.newStore());
    const file = await make(hall);
    await hall.take(file);
    expect(await hall.cases()).toEqual([expected]);
    const before = await journalRows(hall.store);
    await hall.take(file);
    expect(await journalRows(hall.store)).toEqual(before);
    expect(await hall.store.db.selectFrom('journal_files').select('gate').execute()).toHaveLength(1);
  });

  it('after an honest one loses nothing that the honest one had', async () => {
    for (const [, , make] of forgeries.slice(0, 5)) {
      const hall = await openHall(await database.newStore());
      await hall.take(await hall.gate.handOver());
      const before = await hall.store.db.selectFrom('journal_entries').selectAll().execute();
      await hall.take(await make(hall));
      const after = await hall.store.db.selectFrom('journal_entries').selectAll().execute();
      expect(after).toEqual(expect.arrayContaining(before));
      expect((await hall.cases()).length).toBeLessThanOrEqual(1);
    }
  });

  it('leaves both histories of a fork to be seen', async () => {
    const hall = await openHall(await database.newStore());
    const [, , make] = forgeries.find(([name]) => name.startsWith('a database set back')) ?? [];
    await hall.take((await make?.(hall)) ?? new Uint8Array());
    const tickets = await hall.store.db
      .selectFrom('journal_entries')
      .select('ticket')
      .where('epoch', '=', 3)
      .where('kind', '=', 'tap')
      .execute();
    expect(tickets.map(({ ticket }) => ticket).sort()).toEqual(['K-20', 'K-21', 'K-22']);
  });
});

describeEachDatabase('a journal from a file', (database) => {
  it('of a gate that nobody knows, or that was revoked, is kept with a case', async () => {
    const hall = await openHall(await database.newStore());
    const { store, session, gate } = hall;
    const taker = { store, listSigner, now };
    const file = await gate.handOver();
    const brought = { organisation: session.organisation, person: 'p1', file };
    await store.db.updateTable('gates').set({ name: 'renamed' }).execute();
    await expect(importJournal(taker, brought)).rejects.toMatchObject({ code: 'unknown-gate' });
    await store.db.updateTable('gates').set({ name: 'north-1', state: 'revoked', revoked_at: 1 }).execute();
    await expect(importJournal(taker, brought)).rejects.toMatchObject({ code: 'revoked-gate' });
    await expect(importJournal(taker, brought)).rejects.toMatchObject({ code: 'revoked-gate' });
    expect((await hall.cases()).map((each) => each.split(':')[0]).sort()).toEqual([
      'journal-of-revoked-gate',
      'journal-of-unknown-gate',
    ]);
    expect(await store.db.selectFrom('journal_files').select('bytes').execute()).toEqual([
      { bytes: Buffer.from(file) },
    ]);
    expect(await store.db.selectFrom('journal_entries').select('number').execute()).toEqual([]);
    expect((await importJournal(taker, { ...brought, evenIfRevoked: true })).entries).toBeGreaterThan(10);
  });
});
