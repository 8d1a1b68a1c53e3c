import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JournalFolder } from '../../test/journal/journal-folder.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { openCheckpoint, signCheckpoint, type Checkpoint } from './checkpoint.ts';
import { decodeEntry, encodeEntry } from './entry.ts';
import type { FindingCode } from './finding.ts';
import { journalMagic, record, records, type RecordType } from './handed-over.ts';
import { JournalError } from './journal-error.ts';
import { GrowingTree, leafHash } from './merkle-tree.ts';
import { verifyJournal, type VerifyOptions } from './verify.ts';

const folder = new JournalFolder();
const keys = [folder.signer.publicKey];
const session = 'tour/evening';
let file: Uint8Array;
let seen: Checkpoint;

type Part = ReturnType<typeof records> extends Generator<infer Each> ? Each : never;
let parts: Part[];

beforeAll(async () => {
  // Two boots of 30 taps each, a checkpoint every 8 entries, the last one of each boot at closing.
  for (let boot = 0; boot < 2; boot += 1) {
    const journal = await folder.open({ checkpointEvery: 8 });
    for (let card = 0; card < 30; card += 1) {
      folder.now += 1_000;
      journal.record({
        kind: 'tap',
        at: folder.now,
        session,
        verdict: 'admitted',
        direction: 'in',
        tag: new Uint8Array(16).fill(card),
        ticket: `T-${boot}-${card}`,
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (boot === 1) seen = (await journal.handOver()).checkpoint.checkpoint;
    await journal.close();
  }
  const journal = await folder.open();
  ({ file } = await journal.handOver());
  await journal.close();
  parts = [...records(file)];
});
afterAll(() => {
  folder.remove();
});

function written(changed: readonly Part[]): Uint8Array {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(changed.length);
  const each = changed.map(({ type, body }) => record(type, body));
  return Buffer.concat([Buffer.from(journalMagic), ...each, record('end', count)]);
}

/** The places of the entries of a log in the file. */
function entriesOf(epoch: number): number[] {
  let current = 0;
  return parts.flatMap(({ type }, place) => {
    if (type === 'log') current += 1;
    return type === 'entry' && current === epoch ? [place] : [];
  });
}

/** The same journal with one part in place of another, or without it. */
function without(...places: readonly (number | undefined)[]): Part[] {
  return parts.filter((_, place) => !places.includes(place));
}

function changedAt(place: number | undefined, body: (body: Uint8Array) => Uint8Array): Part[] {
  return parts.map((part, each) => (each === place ? { ...part, body: body(part.body) } : part));
}

const codes = (changed: readonly Part[], options: VerifyOptions = { keys }): FindingCode[] => [
  ...new Set(verifyJournal(written(changed), options).findings.map(({ code }) => code)),
];

/** An entry with another content, hash and all: what one with the database can write, but not sign. */
function forged(body: Uint8Array): Uint8Array {
  const entry = decodeEntry(body.subarray(32));
  const bytes = encodeEntry(entry.kind === 'tap' ? { ...entry, ticket: 'T-forged' } : entry);
  return Buffer.concat([leafHash(bytes), bytes]);
}

describe('a whole journal', () => {
  it('has nothing wrong, and is signed to its last entry but one', () => {
    const report = verifyJournal(file, { keys, previous: [seen] });
    expect(report).toMatchObject({ gate: 'north-1', findings: [], signaturesChecked: true });
    for (const log of report.logs.slice(0, -1)) expect(log.signed).toBe(log.entries);
    // What comes last says that the hand-over was signed.
    expect(report.logs.at(-1)).toMatchObject({ epoch: 3, entries: 3, signed: 2 });
  });

  it('is not believed to be signed where no key was given', () => {
    expect(verifyJournal(file)).toMatchObject({ findings: [], signaturesChecked: false });
  });

  it('is written back to the same bytes', () => {
    expect(Buffer.compare(written(parts), file)).toBe(0);
  });
});

describe('an entry', () => {
  it('that was changed is found, and which', () => {
    const [, , , , fifth] = entriesOf(1);
    const changed = changedAt(fifth, (body) => body.with(-1, (body.at(-1) ?? 0) ^ 1));
    const { findings } = verifyJournal(written(changed), { keys });
    expect(findings).toEqual([
      {
        code: 'entry-changed',
        epoch: 1,
        number: 4,
        sentence: 'Entry 4 of log 1 is not what it was when it was written.',
      },
    ]);
  });

  it('that was forged with its hash is found between the checkpoints around it', () => {
    const place = entriesOf(1)[10];
    const { findings } = verifyJournal(written(changedAt(place, forged)), { keys });
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['entry-changed']));
    const number = findings[0]?.number ?? Number.NaN;
    expect(number).toBeLessThanOrEqual(10);
    expect(number).toBeGreaterThan(0);
  });

  it('of any place that was changed in any way is found', () => {
    const all = [...entriesOf(1), ...entriesOf(2)];
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.nat(), fc.integer({ min: 1, max: 255 }), (place, at, flip) => {
        const changed = changedAt(place, (body) => {
          const where = at % body.length;
          return body.with(where, (body[where] ?? 0) ^ flip);
        });
        expect(codes(changed)).toContain('entry-changed');
      }),
      { numRuns: 60 },
    );
  });

  it('that was removed is found, and which', () => {
    for (const number of [0, 1, 17]) {
      const { findings } = verifyJournal(written(without(entriesOf(1)[number])), { keys });
      expect(findings).toContainEqual(expect.objectContaining({ code: 'entry-removed', epoch: 1, number }));
    }
  });

  it('that was moved is found', () => {
    const [a, b] = entriesOf(2).slice(4);
    if (a === undefined || b === undefined) throw new Error('no entries');
    const [first, second] = [parts[a], parts[b]];
    const swapped = parts.map((part, place) => (place === a ? second : place === b ? first : part));
    expect(codes(swapped.filter((part) => part !== undefined))).toEqual(['entry-reordered']);
  });

  it('that stands there twice is found', () => {
    const place = entriesOf(2)[4] ?? 0;
    expect(codes(parts.toSpliced(place, 0, ...parts.slice(place, place + 1)))).toEqual(['entry-reordered']);
  });
});

describe('a tail', () => {
  const cutTo = (kept: number): Part[] => without(...entriesOf(2).slice(kept));

  it('that was cut off below a checkpoint in the file is found', () => {
    expect(codes(cutTo(12))).toContain('tail-cut');
  });

  it('that was cut off together with its checkpoints is found by what the next log says', () => {
    const shorter = cutTo(12).filter((part) => part.type !== 'checkpoint');
    expect(codes(shorter)).toContain('tail-cut');
  });

  it('that was cut off with all that came after it is found by a checkpoint seen before', () => {
    const end = parts.findIndex((part, place) => part.type === 'log' && place > (entriesOf(2)[0] ?? 0));
    const shorter = cutTo(12)
      .slice(0, end - (entriesOf(2).length - 12))
      .filter((part) => part.type !== 'checkpoint');
    expect(codes(shorter)).toEqual([]);
    expect(codes(shorter, { keys, previous: [seen] })).toEqual(['tail-cut']);
  });

  it('that nobody else holds a checkpoint of cannot be missed: that is what the handbook says', () => {
    const last = entriesOf(3).at(-1);
    expect(codes(without(last))).toEqual([]);
  });
});

describe('a log', () => {
  it('that is missing is found: the first, one between, and one that was seen before', () => {
    const logs = parts.flatMap(({ type }, place) => (type === 'log' ? [place] : []));
    const [, second, third] = logs;
    expect(codes(parts.slice(second))).toEqual(['log-gap']);
    expect(codes([...parts.slice(0, second), ...parts.slice(third)])).toEqual(['log-gap']);
    const first = parts.slice(0, second);
    expect(codes(first)).toEqual([]);
    expect(codes(first, { keys, previous: [seen] })).toEqual(['log-gap']);
  });

  it('that has two signed histories is a fork', async () => {
    // The gate's database was copied, both copies went on, and both were signed by its key.
    const body = forgedLog(2);
    const other = await signCheckpoint(body.checkpoint, folder.signer);
    const logs = parts.flatMap(({ type }, place) => (type === 'log' ? [place] : []));
    const rewritten: Part[] = [
      ...parts.slice(0, logs[1]),
      ...body.parts,
      { type: 'checkpoint', body: Buffer.from(other) },
    ];
    expect(codes(rewritten)).toEqual([]);
    expect(codes(rewritten, { keys, previous: [seen] })).toEqual(['fork']);
  });

  it('that went on beside its successor is a fork', () => {
    const last = entriesOf(1).at(-1) ?? 0;
    const bytes = encodeEntry({ kind: 'stop', at: folder.now, number: entriesOf(1).length });
    const more: Part = { type: 'entry', body: Buffer.concat([leafHash(bytes), bytes]) };
    expect(codes(parts.toSpliced(last + 1, 0, more))).toContain('fork');
  });

  function forgedLog(epoch: number): { parts: Part[]; checkpoint: Checkpoint } {
    const tree = new GrowingTree();
    const start = (entriesOf(epoch)[0] ?? 0) - 1;
    const entries = entriesOf(epoch)
      .map((place) => parts[place])
      .filter((part) => part !== undefined)
      .map(({ type, body }) => ({ type, body: isCheckpointEntry(body) ? stopped(body) : forged(body) }));
    for (const { body } of entries) tree.append(body.subarray(0, 32));
    const checkpoint = { gate: 'north-1', epoch, size: tree.size, root: tree.root() };
    return { parts: [...parts.slice(start, start + 1), ...entries], checkpoint };
  }

  function isCheckpointEntry(body: Uint8Array): boolean {
    return decodeEntry(body.subarray(32)).kind === 'checkpoint';
  }

  function stopped(body: Uint8Array): Uint8Array {
    const { at, number } = decodeEntry(body.subarray(32));
    const bytes = encodeEntry({ kind: 'lane', at, number, open: true, by: 'forger' });
    return Buffer.concat([leafHash(bytes), bytes]);
  }
});

describe('a checkpoint', () => {
  it('of another key proves nothing, and is told', () => {
    expect(codes(parts, { keys: [softwareSigner().publicKey] })).toEqual(['unknown-key']);
  });

  it('whose signature does not hold is told', () => {
    const place = parts.findIndex(({ type }) => type === 'checkpoint');
    const swapped = changedAt(place, (body) => {
      const other = Buffer.from(parts.findLast(({ type }) => type === 'checkpoint')?.body ?? []).toString();
      const text = Buffer.from(body).toString();
      const lines = other.split('\n\n');
      const name = text.slice(text.indexOf('—'), text.lastIndexOf(' '));
      return Buffer.from(`${text.split('\n\n')[0] ?? ''}\n\n${name} ${lines[1]?.split(' ')[2] ?? ''}`);
    });
    expect(codes(swapped)).toEqual(['bad-signature']);
  });

  it('that holds is what a receiver remembers', () => {
    const { logs } = verifyJournal(file, { keys });
    const notes = parts
      .filter(({ type }) => type === 'checkpoint')
      .map(({ body }) => Buffer.from(body).toString());
    const last = openCheckpoint(notes.at(-1) ?? '', keys).checkpoint;
    expect(logs.at(-1)?.newest).toEqual(last);
  });
});

describe('a file', () => {
  it('that was cut anywhere is not a journal', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), (length) => {
        expect(() => verifyJournal(file.subarray(0, length), { keys })).toThrow(JournalError);
      }),
      { numRuns: 60 },
    );
  });

  const cases: [string, (whole: Uint8Array) => Uint8Array][] = [
    ['is empty', () => new Uint8Array()],
    ['goes on after its end', (whole) => Buffer.concat([whole, Uint8Array.of(0)])],
    ['has no logs', () => written([])],
    ['has entries before a log', () => written(parts.slice(1))],
    ['has a log twice', () => written([...parts, ...parts])],
    ['has a record of an unknown kind', (whole) => whole.with(journalMagic.length, 0x55)],
    [
      'has a log without a name',
      () => written([{ type: 'log' satisfies RecordType, body: Buffer.from('x') }]),
    ],
    [
      'has an entry without bytes',
      () => written([...parts.slice(0, 1), { type: 'entry', body: new Uint8Array(32) }]),
    ],
    [
      'has a text that is not UTF-8',
      () => written([...parts, { type: 'checkpoint', body: Uint8Array.of(0xff) }]),
    ],
  ];
  it.each(cases)('that %s is refused', (_, make) => {
    expect(() => verifyJournal(make(file), { keys })).toThrow(JournalError);
  });

  it('never makes anything but its own error, whatever its bytes', () => {
    const body = fc.uint8Array({ maxLength: 60 });
    const type = fc.constantFrom<RecordType>('log', 'entry', 'checkpoint', 'countersigned');
    const some = fc.array(fc.oneof(fc.record({ type, body }), fc.constantFrom(...parts)), { maxLength: 12 });
    fc.assert(
      fc.property(some, (any) => {
        try {
          verifyJournal(written(any), { keys });
        } catch (error) {
          if (!(error instanceof JournalError)) throw error;
        }
      }),
    );
  });
});
