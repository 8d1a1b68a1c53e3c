import type { EntryOf } from '../../gate/journal-format/entry.ts';
import type { Finding, FindingCode } from '../../gate/journal-format/finding.ts';
import { openCase, type CaseOutcome } from '../cases/found-case.ts';
import type { GateRow } from '../gates/gate.ts';
import type { Store, Work } from '../store/store.ts';
import { grouped } from './grouped.ts';

/** The kinds of case that a journal may become. */
const kindOf = {
  'entry-changed': 'journal-altered',
  'entry-unreadable': 'journal-altered',
  'entry-reordered': 'journal-altered',
  'entry-removed': 'journal-gap',
  'log-gap': 'log-missing',
  'tail-cut': 'journal-cut',
  fork: 'journal-fork',
  'bad-signature': 'journal-signature',
  'unknown-key': 'journal-signature',
  'clock-back': 'clock-jump',
  'clock-set': 'clock-jump',
} as const satisfies Record<FindingCode | 'clock-set', string>;

/** One thing to be looked at in a log. */
export interface Noticed extends Omit<Finding, 'code'> {
  readonly code: FindingCode | 'clock-set';
}

/** A clock that was set is as it should be, and is looked at: what is dated by it may be wrong. */
export function clockWasSet(epoch: number, { number, expected, found }: EntryOf<'clock'>): Noticed {
  const time = (at: number): string => new Date(at).toISOString();
  return {
    code: 'clock-set',
    epoch,
    number,
    sentence: `The clock was set at entry ${number} of log ${epoch}: it would have shown ${time(expected)}, and showed ${time(found)}.`,
  };
}

type Told = Omit<Noticed, 'epoch'> & { readonly log: number };

/** Makes a case of what was noticed: one for each log and kind, to which is added what is noticed later. */
export async function openJournalCases(
  tables: Work,
  store: Store['kind'],
  gate: GateRow,
  noticed: readonly Noticed[],
  now: number,
): Promise<CaseOutcome[]> {
  const { organisation_id: organisation, name, door } = gate;
  const outcomes: CaseOutcome[] = [];
  for (const [about, ofOne] of grouped(noticed, (each) => JSON.stringify(aboutOf(each, name)))) {
    const { kind, subject } = JSON.parse(about) as ReturnType<typeof aboutOf>;
    const known = await tables
      .selectFrom('cases')
      .select('detail')
      .where('organisation_id', '=', organisation)
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .executeTakeFirst();
    const findings = together(known === undefined ? [] : findingsIn(known.detail), ofOne.map(told));
    const detail = { gate: name, door, findings };
    outcomes.push(await openCase(tables, store, { organisation, kind, subject, detail }, now));
  }
  return outcomes;
}

/** Logs that are missing are one case of their gate: which of them is missing shows in its neighbours too. */
function aboutOf(
  { code, epoch }: Noticed,
  gate: string,
): { readonly kind: string; readonly subject: string } {
  return { kind: kindOf[code], subject: code === 'log-gap' ? `gate ${gate}` : `gate ${gate} log ${epoch}` };
}

function told({ code, epoch, number, sentence }: Noticed): Told {
  return { code, log: epoch, ...(number === undefined ? {} : { number }), sentence };
}

function findingsIn(detail: string): Told[] {
  return (JSON.parse(detail) as { readonly findings: Told[] }).findings;
}

/** Each once, by log and place. */
function together(known: readonly Told[], noticed: readonly Told[]): Told[] {
  const all = new Map<string, Told>();
  for (const each of [...known, ...noticed]) {
    const key = `${each.code} ${each.log} ${each.number ?? ''}`;
    if (!all.has(key)) all.set(key, each);
  }
  return [...all.values()].sort((a, b) => a.log - b.log || (a.number ?? -1) - (b.number ?? -1));
}
