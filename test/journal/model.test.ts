import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Passage } from '../../gate/decide/admissions.ts';
import type { Place } from '../../gate/journal/derived.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import type { Journal } from '../../gate/journal/journal.ts';
import { JournalFolder } from './journal-folder.ts';

// A journal once more, in the plainest way: a list, and questions that go through all of it.

interface Step {
  readonly what: 'tap' | 'refused' | 'repeat' | 'hand' | 'undo' | 'restart';
  readonly card: number;
  readonly ticket: number;
  readonly session: 'matinee' | 'evening';
  readonly direction: 'in' | 'out';
  readonly people: number;
  readonly category: 'adult' | 'child';
  readonly later: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant('tap' as const) },
    { weight: 4, arbitrary: fc.constantFrom('refused' as const, 'repeat' as const, 'hand' as const) },
    { weight: 2, arbitrary: fc.constant('undo' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  ),
  card: fc.nat(4),
  ticket: fc.nat(3),
  session: fc.constantFrom('matinee', 'evening'),
  direction: fc.constantFrom('in', 'out'),
  people: fc.constantFrom(1, 1, 1, 3),
  category: fc.constantFrom('adult', 'child'),
  later: fc.constantFrom(0, 1, 30_000, 60_000),
});

interface Moved extends Pick<Step, 'session' | 'direction' | 'people' | 'category'> {
  readonly place: Place;
  readonly at: number;
  readonly tag?: string;
  readonly ticket: string;
}

class Model {
  readonly moved: Moved[] = [];
  readonly verdicts: Step['session'][] = [];

  passage(session: string, is: (each: Moved) => boolean): Passage {
    const mine = this.moved.filter(is);
    const here = mine.filter((each) => each.session === session);
    const plain = ({ direction, at }: Moved) => ({ direction, at, gate: 'north-1' });
    const [last, lastIn] = [here.at(-1), here.findLast(({ direction }) => direction === 'in')];
    return {
      ...(last === undefined ? {} : { last: plain(last) }),
      ...(lastIn === undefined ? {} : { lastIn: plain(lastIn) }),
      visits: mine
        .filter(({ direction }) => direction === 'in')
        .map(({ at }) => at)
        .reverse()
        .slice(0, 3),
    };
  }

  counts(session: string): { in: number; out: number; inside: number; taps: number } {
    const here = this.moved.filter((each) => each.session === session);
    const sum = (of: readonly Moved[]): number => of.reduce((total, { people }) => total + people, 0);
    const newest = new Map(here.map((each) => [each.ticket, each]));
    return {
      in: sum(here.filter(({ direction }) => direction === 'in')),
      out: sum(here.filter(({ direction }) => direction === 'out')),
      inside: sum([...newest.values()].filter(({ direction }) => direction === 'in')),
      taps: this.verdicts.filter((each) => each === session).length,
    };
  }
}

const tagOf = (card: number): Uint8Array => new Uint8Array(16).fill(card);

/** Does one step on both; answers the journal, which may have been opened anew. */
async function step(folder: JournalFolder, journal: Journal, model: Model, each: Step): Promise<Journal> {
  folder.now += each.later;
  const { session, direction, category, people } = each;
  const [at, ticket, tag] = [folder.now, `T-${each.ticket}`, tagOf(each.card)];
  const more = { ...(people > 1 ? { people } : {}), ticket, category };
  const moved = { session, direction, category, people, at, ticket };
  if (each.what === 'restart') {
    await journal.close();
    return folder.open({ checkpointEvery: 7 });
  }
  if (each.what === 'undo') {
    const last = model.moved.at(-1 - each.card);
    if (last === undefined) return journal;
    journal.record({ kind: 'undo', at, admission: last.place, by: 'staff', reason: 'turned round' });
    model.moved.splice(model.moved.indexOf(last), 1);
    return journal;
  }
  if (each.what === 'hand') {
    const place = journal.record({ kind: 'hand', at, session, direction, by: 'staff', reason: 'x', ...more });
    model.moved.push({ ...moved, place });
    return journal;
  }
  const tap = { kind: 'tap', at, session, direction, tag, ...more } as const;
  model.verdicts.push(session);
  if (each.what === 'refused') journal.record({ ...tap, verdict: 'too-early' });
  else if (each.what === 'repeat') journal.record({ ...tap, verdict: 'admitted', repeat: true });
  else {
    const place = journal.record({ ...tap, verdict: 'admitted' });
    model.moved.push({ ...moved, tag: tag.join(), place });
  }
  return journal;
}

function compare(journal: Journal, model: Model): void {
  for (const session of ['matinee', 'evening']) {
    const { in: entered, out, inside, verdicts, categories, minutes } = journal.counts(session);
    const taps = Object.values(verdicts).reduce((total, each) => total + each, 0);
    expect({ in: entered, out, inside, taps }).toEqual(model.counts(session));
    for (const counts of [categories, minutes]) {
      expect(counts.reduce((total, each) => total + each.in, 0)).toBe(entered);
    }
    for (let n = 0; n < 5; n += 1) {
      const [tag, ticket] = [tagOf(n), `T-${n}`];
      const { binding, ticket: ofTicket } = journal.admissionsOf({
        session,
        tag,
        ticket,
        visits: { since: 0, atMost: 3 },
      });
      expect(binding).toEqual(model.passage(session, (each) => each.tag === tag.join()));
      expect(ofTicket).toEqual(model.passage(session, (each) => each.ticket === ticket));
    }
  }
}

it('answers as a plain list would, whatever is recorded, undone and restarted, and verifies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
      const folder = new JournalFolder();
      let journal = await folder.open({ checkpointEvery: 7 });
      try {
        const model = new Model();
        for (const each of steps) journal = await step(folder, journal, model, each);
        compare(journal, model);
        const { file } = await journal.handOver();
        expect(verifyJournal(file, { keys: [folder.signer.publicKey] }).findings).toEqual([]);
        expect(folder.events.every(({ event }) => event === 'journal-opened')).toBe(true);
      } finally {
        await journal.close();
        folder.remove();
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
