import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { countersignNote } from '../../hsm/seal/signed-note.ts';
import { HeldTimer } from '../../test/gate-card/held-timer.ts';
import { JournalFolder } from '../../test/journal/journal-folder.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { openCheckpoint } from '../journal-format/checkpoint.ts';
import type { EntryContent } from '../journal-format/entry.ts';
import { JournalError, type JournalErrorCode } from '../journal-format/journal-error.ts';
import { readHandedOver } from '../journal-format/read-handed-over.ts';
import { keepLateCountersignatures } from './countersignature.ts';
import { exportBesideTaps, exportJournal } from './export.ts';
import type { Journal } from './journal.ts';
import { readJournal } from './read-journal.ts';
import { verifyJournal } from '../journal-format/verify.ts';

const session = 'tour/evening';
let folder: JournalFolder;
let journal: Journal | undefined;

beforeEach(() => {
  folder = new JournalFolder();
});
afterEach(async () => {
  await journal?.close();
  journal = undefined;
  folder.remove();
});

async function reopen(change: Parameters<JournalFolder['open']>[0] = {}): Promise<Journal> {
  await journal?.close();
  journal = undefined;
  journal = await folder.open(change);
  return journal;
}

type Tap = Extract<EntryContent, { kind: 'tap' }>;
const tagOf = (card: number): Uint8Array => new Uint8Array(16).fill(card);
const tap = (card: number, change: Partial<Tap> = {}): Tap => ({
  kind: 'tap',
  at: folder.now,
  session,
  verdict: 'admitted',
  direction: 'in',
  tag: tagOf(card),
  ticket: `T-${card}`,
  category: 'adult',
  ...change,
});
const throws = (code: JournalErrorCode) => expect.objectContaining({ code }) as unknown;

describe('the write-ahead log', () => {
  /** How many entries the database itself has, beside its log: what another program sees in a copy of it alone. */
  function inDatabase(): number {
    const copy = `${folder.file}.alone`;
    copyFileSync(folder.file, copy);
    const database = new Database(copy, { readonly: true });
    try {
      return Number(database.prepare('SELECT count(*) FROM entry').pluck().get());
    } finally {
      database.close();
      rmSync(copy);
    }
  }

  it('is moved into the database in a pause, and by no tap of a hundred and fifty', async () => {
    const timer = new HeldTimer();
    const opened = await reopen({ timer, checkpointEvery: 1000 });
    timer.pass(1000);
    const before = inDatabase();
    for (let card = 0; card < 150; card += 1) {
      opened.record(tap(card));
      timer.pass(100);
    }
    expect(inDatabase()).toBe(before);
    timer.pass(200);
    expect(inDatabase()).toBe(before + 150);
    await opened.close();
    expect(timer.waiting).toBe(0);
  });
});

describe('what is recorded', () => {
  it('is known of the card and of its ticket, with the time and the gate', async () => {
    const { admissionsOf, record } = bound(await reopen());
    record(tap(1));
    const entry = { direction: 'in', at: folder.now, gate: 'north-1' };
    const known = admissionsOf({ session, tag: tagOf(1), ticket: 'T-1' });
    expect(known.binding).toEqual({ last: entry, lastIn: entry, visits: [] });
    expect(known.ticket).toEqual({ last: entry, lastIn: entry, visits: [] });
    expect(admissionsOf({ session, tag: tagOf(2), ticket: 'T-1' }).binding).toEqual({ visits: [] });
  });

  it('is no admission where the tap was refused, or was the same tap again', async () => {
    const { admissionsOf, record, counts } = bound(await reopen());
    record(tap(1, { verdict: 'too-early' }));
    record(tap(1, { repeat: true }));
    expect(admissionsOf({ session, tag: tagOf(1), ticket: 'T-1' }).binding).toEqual({ visits: [] });
    expect(counts(session)).toMatchObject({ in: 0, inside: 0, verdicts: { 'too-early': 1, admitted: 1 } });
  });

  it('belongs to its session, but for visits, which belong to the card', async () => {
    const { admissionsOf, record } = bound(await reopen());
    record(tap(1, { session: 'tour/matinee' }));
    const visits = { since: folder.now, atMost: 5 };
    expect(admissionsOf({ session, tag: tagOf(1), ticket: 'T-1', visits }).binding).toEqual({
      visits: [folder.now],
    });
    const later = { since: folder.now + 1, atMost: 5 };
    expect(admissionsOf({ session, tag: tagOf(1), visits: later }).binding.visits).toEqual([]);
  });

  it('tells of a party when the representative came, and whether an adult is inside', async () => {
    const { admissionsOf, record } = bound(await reopen());
    const party = { id: 'P', role: 'representative', size: 2 } as const;
    const child = { party: { ...party, role: 'companion' }, needsAdult: true } as const;
    record(tap(1, child));
    expect(admissionsOf({ session, party: 'P' }).party).toEqual({ adultInside: false });
    record(tap(2, { party }));
    expect(admissionsOf({ session, party: 'P' }).party).toEqual({
      representativeIn: folder.now,
      adultInside: true,
    });
    record(tap(2, { party, direction: 'out' }));
    expect(admissionsOf({ session, party: 'P' }).party.adultInside).toBe(false);
  });

  it('is counted in, out and inside, per category and per minute', async () => {
    const { record, counts } = bound(await reopen());
    record(tap(1));
    record(tap(2, { people: 3 }));
    folder.now += 60_000;
    record(tap(3, { category: 'child' }));
    record(tap(1, { direction: 'out' }));
    const minute = Math.floor(folder.now / 60_000);
    expect(counts(session)).toMatchObject({
      in: 5,
      out: 1,
      inside: 4,
      categories: [
        { category: 'adult', in: 4, out: 1, inside: 3 },
        { category: 'child', in: 1, out: 0, inside: 1 },
      ],
      minutes: [
        { minute: minute - 1, in: 4, out: 0 },
        { minute, in: 1, out: 1 },
      ],
    });
  });

  it('by hand counts too, also of nobody in particular', async () => {
    const { record, counts } = bound(await reopen());
    const hand = { kind: 'hand', at: folder.now, session, by: 'staff', reason: 'guest' } as const;
    record({ ...hand, direction: 'in', people: 4 });
    record({ ...hand, direction: 'out' });
    record({ ...hand, direction: 'in', ticket: 'T-9' });
    expect(counts(session)).toMatchObject({ in: 5, out: 1, inside: 4 });
  });

  it('survives closing and opening again, to the same counts', async () => {
    const first = await reopen();
    for (let card = 1; card <= 20; card += 1) first.record(tap(card));
    const counts = first.counts(session);
    const second = await reopen();
    expect(second.counts(session)).toEqual(counts);
    expect(second.epoch).toBe(first.epoch + 1);
  });
});

describe('undoing', () => {
  it('takes an admission back as if it had not been', async () => {
    const { record, admissionsOf, counts, movementsOf } = bound(await reopen());
    record(tap(1));
    record(tap(1, { direction: 'out' }));
    const [, left] = movementsOf({ session, ticket: 'T-1' });
    if (left === undefined) throw new Error('no exit');
    const undo = { kind: 'undo', at: folder.now, by: 'staff', reason: 'turned round' } as const;
    record({ ...undo, admission: { epoch: left.epoch, number: left.number } });
    expect(admissionsOf({ session, tag: tagOf(1) }).binding.last).toMatchObject({ direction: 'in' });
    expect(counts(session)).toMatchObject({ in: 1, out: 0, inside: 1 });
  });

  it('is refused for what is no admission, or was taken back before', async () => {
    const { record } = bound(await reopen());
    const admission = record(tap(1));
    const refusedTap = record(tap(2, { verdict: 'expired' }));
    const undo = { kind: 'undo', at: folder.now, by: 'staff', reason: 'x' } as const;
    record({ ...undo, admission });
    for (const again of [admission, refusedTap, { epoch: 9, number: 0 }]) {
      expect(() => record({ ...undo, admission: again })).toThrow(throws('nothing-to-undo'));
    }
  });
});

describe('packs', () => {
  it('are taken in rising versions only, of each session by itself, also after a restart', async () => {
    const pack = (version: number, at = session) =>
      ({
        kind: 'pack',
        at: folder.now,
        event: 'tour',
        session: at,
        version,
        digest: new Uint8Array(32),
      }) as const;
    const first = await reopen();
    first.record(pack(3));
    expect(() => first.record(pack(3))).toThrow(throws('older-pack'));
    const second = await reopen();
    expect(second.highestPack('tour', session)).toBe(3);
    expect(() => second.record(pack(2))).toThrow(throws('older-pack'));
    second.record(pack(1, 'other'));
    second.record(pack(4));
    expect(second.highestPack('tour', session)).toBe(4);
  });
});

describe('the clock', () => {
  it('behind the newest entry records nothing', async () => {
    const opened = await reopen();
    opened.record(tap(1));
    expect(() => opened.record(tap(2, { at: folder.now - 1 }))).toThrow(throws('clock-behind'));
    expect(opened.counts(session).in).toBe(1);
  });

  it('behind the newest entry opens nothing, unless a supervisor says that it was ahead before', async () => {
    await reopen();
    folder.now -= 3_600_000;
    await expect(reopen()).rejects.toEqual(throws('clock-behind'));
    const opened = await reopen({ clockWasAhead: true });
    expect(opened.newest(5).map(({ entry }) => entry)).toContainEqual(
      expect.objectContaining({ kind: 'clock', found: folder.now }),
    );
    opened.record(tap(1));
  });
});

describe('a hand-over', () => {
  it('is one moment of the journal, whatever is recorded while it is read', async () => {
    const opened = await reopen();
    for (let card = 1; card <= 250; card += 1) opened.record(tap(card % 200));
    const before = readJournal(folder.file, (store) => exportJournal(store, 'north-1'));
    const reading = exportBesideTaps(folder.file, 'north-1');
    for (let card = 1; card <= 50; card += 1) {
      opened.record(tap(card));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(Buffer.compare(await reading, before)).toBe(0);
    const after = readJournal(folder.file, (store) => exportJournal(store, 'north-1'));
    expect(Buffer.compare(await exportBesideTaps(folder.file, 'north-1'), after)).toBe(0);
  });
});

describe('checkpoints', () => {
  it('are signed at opening, every so many entries, at hand-over and at closing', async () => {
    const opened = await reopen({ checkpointEvery: 10 });
    for (let card = 1; card <= 25; card += 1) {
      opened.record(tap(card));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { checkpoint } = await opened.handOver();
    const whys = opened.newest(100).flatMap(({ entry }) => (entry.kind === 'checkpoint' ? [entry.why] : []));
    expect(whys.reverse()).toEqual(['open', 'interval', 'interval', 'hand-over']);
    const note = openCheckpoint(checkpoint.note, [folder.signer.publicKey]);
    expect(note.checkpoint).toEqual(checkpoint.checkpoint);
    const closing = await opened.close();
    expect(closing?.checkpoint.size).toBe(checkpoint.checkpoint.size + 2);
  });

  it('that the HSM does not sign are told, and stop nobody', async () => {
    const silent = { ...folder.signer, sign: () => Promise.reject(new Error('The HSM is gone.')) };
    const opened = await reopen({ signer: silent });
    opened.record(tap(1));
    expect(opened.counts(session).in).toBe(1);
    await expect(opened.handOver()).rejects.toThrow('The HSM is gone.');
    expect(folder.events).toContainEqual({
      event: 'journal-checkpoint-failed',
      size: 1,
      reason: 'The HSM is gone.',
    });
  });

  it('come back countersigned and are kept and handed over so', async () => {
    const receiver = softwareSigner();
    const by = { name: 'ticketing', publicKey: receiver.publicKey };
    const opened = await reopen();
    const { checkpoint } = await opened.handOver();
    const countersigned = await countersignNote(checkpoint.note, by.name, receiver);
    expect(opened.keepCountersignature(countersigned, by)).toBe(true);
    // A receiver signs what it is handed again, and again: that is nothing new.
    const again = await countersignNote(checkpoint.note, by.name, receiver);
    expect(opened.keepCountersignature(again, by)).toBe(false);
    const { file } = await opened.handOver();
    expect(Buffer.from(file).includes('— ticketing ')).toBe(true);
    expect(verifyJournal(file, { keys: [folder.signer.publicKey] }).findings).toEqual([]);
  });

  it('that close a journal are countersigned after it is closed', async () => {
    const receiver = softwareSigner();
    const by = { name: 'ticketing', publicKey: receiver.publicKey };
    const opened = await reopen();
    opened.record(tap(1));
    const closing = await opened.close();
    const note = await countersignNote(closing?.note ?? '', by.name, receiver);
    const own = folder.signer.publicKey;
    expect(() => {
      keepLateCountersignatures(folder.file, [closing?.note ?? ''], own, by);
    }).toThrow(throws('bad-checkpoint'));
    keepLateCountersignatures(folder.file, [note], own, by);
    const file = await exportBesideTaps(folder.file, 'north-1');
    expect(readHandedOver(file).at(-1)?.notes.at(-1)).toBe(note);
    expect(verifyJournal(file, { keys: [own] }).findings).toEqual([]);
    // A gate that runs again keeps its own.
    await reopen();
    expect(() => {
      keepLateCountersignatures(folder.file, [note], own, by);
    }).toThrow(throws('in-use'));
  });

  it('are not kept where the countersignature is missing, or is on what was never signed here', async () => {
    const by = { name: 'ticketing', publicKey: softwareSigner().publicKey };
    const opened = await reopen();
    const { checkpoint } = await opened.handOver();
    expect(() => {
      opened.keepCountersignature(checkpoint.note, by);
    }).toThrow(throws('bad-checkpoint'));
  });
});

describe('a journal that is not as it was left', () => {
  const damagedCopies = (): string[] =>
    readdirSync(folder.folder).filter((name) => /\.damaged-\w+$/.test(name));

  it('works its counts out again where they do not agree with the entries', async () => {
    const first = await reopen();
    for (let card = 1; card <= 5; card += 1) first.record(tap(card));
    const counts = first.counts(session);
    const changes = [
      'DELETE FROM movement WHERE number = 4',
      'UPDATE tally SET people = people + 1',
      "UPDATE inside SET people = 2 WHERE subject = 'ticket T-2'",
      'DELETE FROM inside',
      'UPDATE derived SET size = size - 1',
    ];
    for (const change of changes) {
      await journal?.close();
      const database = new Database(folder.file);
      database.exec(change);
      database.close();
      folder.events.length = 0;
      expect((await reopen()).counts(session)).toEqual(counts);
      expect(folder.events).toContainEqual(expect.objectContaining({ event: 'journal-counts-rebuilt' }));
    }
  });

  it('keeps a copy of a damaged database, takes over what can be read, begins a new log and says so', async () => {
    const first = await reopen();
    for (let card = 1; card <= 200; card += 1) first.record(tap(card));
    await first.close();
    const bytes = readFileSync(folder.file);
    // Two pages in the middle, and the schema stays readable.
    bytes.fill(0xff, 4096 * 12, 4096 * 14);
    writeFileSync(folder.file, bytes);
    const second = await reopen();
    expect(second.epoch).toBe(first.epoch + 1);
    expect(damagedCopies()).toHaveLength(1);
    expect(folder.events).toContainEqual(expect.objectContaining({ event: 'journal-damaged' }));
    second.record(tap(1));
    expect(second.newest(5).map(({ entry }) => entry)).toContainEqual(
      expect.objectContaining({ kind: 'start', afterDamage: true }),
    );
  });

  it('goes on with the fresh database where the power was cut before it was in its place', async () => {
    const first = await reopen();
    first.record(tap(1));
    await first.close();
    renameSync(folder.file, `${folder.file}.mending`);
    expect((await reopen()).counts(session).in).toBe(1);
  });

  it('begins above every number it ever used even where nothing of the database can be read', async () => {
    const first = await reopen();
    first.record(tap(1));
    await reopen();
    await journal?.close();
    writeFileSync(folder.file, 'not a database at all, but as long as a header of one would be '.repeat(20));
    const opened = await reopen();
    expect(opened.epoch).toBe(3);
    expect(opened.counts(session).in).toBe(0);
    expect(folder.events).toContainEqual(expect.objectContaining({ event: 'journal-damaged', salvaged: 0 }));
  });

  it('keeps those who entered inside where one entry was changed by hand, and says so', async () => {
    const first = await reopen();
    for (let card = 1; card <= 5; card += 1) first.record(tap(card));
    await first.close();
    const database = new Database(folder.file);
    database.exec('UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE number = 3) WHERE number = 4');
    database.close();
    const second = await reopen();
    expect(folder.events).toContainEqual(expect.objectContaining({ event: 'journal-damaged' }));
    expect(second.counts(session).in).toBeGreaterThanOrEqual(4);
    const { file } = await second.handOver();
    const { findings } = verifyJournal(file, { keys: [folder.signer.publicKey] });
    expect(findings.map(({ code }) => code)).toContain('entry-changed');
  });

  it('tells, when it is handed over, that an older copy of it was put back', async () => {
    const first = await reopen();
    first.record(tap(1));
    await first.close();
    const copy = `${folder.file}.copy`;
    copyFileSync(folder.file, copy);
    const { checkpoint } = await (await reopen()).handOver();
    await journal?.close();
    rmSync(`${folder.file}-wal`, { force: true });
    copyFileSync(copy, folder.file);
    const { file } = await (await reopen()).handOver();
    const previous = [checkpoint.checkpoint];
    const { findings } = verifyJournal(file, { keys: [folder.signer.publicKey], previous });
    expect(findings.map(({ code }) => code)).toContain('log-gap');
  });
});

describe('a journal', () => {
  it('is written by one process at a time', async () => {
    await reopen();
    await expect(folder.open()).rejects.toEqual(throws('in-use'));
  });

  it("is one gate's", async () => {
    await reopen();
    await expect(reopen({ gate: 'south-2' })).rejects.toEqual(throws('other-gate'));
  });

  it('answers and records nothing after it was closed', async () => {
    const opened = await reopen();
    await opened.close();
    expect(() => opened.record(tap(1))).toThrow(throws('not-open'));
    expect(() => opened.counts(session)).toThrow(throws('not-open'));
    expect(await opened.close()).toBeDefined();
  });

  it('is kept where no other program can read it as more than tags', async () => {
    const opened = await reopen();
    expect(() => opened.record(tap(1, { tag: new Uint8Array(32) }))).toThrow(JournalError);
  });
});

/** The methods that tests use most, to be called on their own. */
function bound(of: Journal) {
  return {
    record: (content: EntryContent) => of.record(content),
    admissionsOf: (whom: Parameters<Journal['admissionsOf']>[0]) => of.admissionsOf(whom),
    counts: (name: string) => of.counts(name),
    movementsOf: (whom: Parameters<Journal['movementsOf']>[0]) => of.movementsOf(whom),
  };
}
