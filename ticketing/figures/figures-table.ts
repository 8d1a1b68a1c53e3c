import { verdictTable } from '../../gate/decide/verdict-table.ts';
import { verdictNames, type VerdictName } from '../../gate/decide/verdict.ts';
import { japanTime, type Cell, type ExportLanguage, type Table } from '../export/table.ts';
import type { SessionFigures } from './session-figures.ts';

interface Words {
  readonly sheet: string;
  readonly headings: readonly [figure: string, of: string, at: string, count: string];
  readonly tickets: string;
  readonly bound: string;
  readonly entered: string;
  readonly noShows: string;
  readonly entries: string;
  readonly exits: string;
  readonly byHand: string;
  readonly peak: string;
  readonly perMinute: string;
  readonly exitsPerMinute: string;
  readonly refused: string;
  readonly journal: string;
}

const words: Readonly<Record<ExportLanguage, Words>> = {
  ja: {
    sheet: '集計',
    headings: ['項目', '内訳', '日時（日本時間）', '数'],
    tickets: '有効なチケット',
    bound: 'カード登録済み',
    entered: '入場済みのチケット',
    noShows: '来場なし',
    entries: '入場者',
    exits: '退場者',
    byHand: '係員の操作による入場者',
    peak: '入場者が最も多い1分間',
    perMinute: '1分ごとの入場者',
    exitsPerMinute: '1分ごとの退場者',
    refused: '入場できなかったタッチ',
    journal: '届いたゲートの記録（最後まで届いていれば1）',
  },
  en: {
    sheet: 'Figures',
    headings: ['Figure', 'Of', 'At (Japan time)', 'Count'],
    tickets: 'Valid tickets',
    bound: 'With a card bound',
    entered: 'Entered by',
    noShows: 'No-shows',
    entries: 'People in',
    exits: 'People out',
    byHand: 'People let in by hand',
    peak: 'Most people in, in one minute',
    perMinute: 'People in, by the minute',
    exitsPerMinute: 'People out, by the minute',
    refused: 'Taps refused',
    journal: 'Gate’s journal received (1: to the end)',
  },
};

/** Figures as one table for people: a count a row, with what it counts, of what, and when. */
export function figuresTable(figures: SessionFigures, language: ExportLanguage): Table {
  const { sheet, headings } = words[language];
  const widths = [34, 30, 22, 10];
  return {
    name: sheet,
    columns: headings.map((heading, at) => ({ heading, width: widths[at] ?? 10 })),
    rows: figuresRows(figures, language),
  };
}

function* figuresRows(
  { tickets, doors, minutes, refused, journals }: SessionFigures,
  language: ExportLanguage,
): Generator<readonly Cell[]> {
  const say = words[language];
  for (const { category, tickets: all, bound, entered, noShows } of tickets) {
    yield [say.tickets, category, '', all];
    yield [say.bound, category, '', bound];
    yield [say.entered, category, '', entered];
    if (noShows !== null) yield [say.noShows, category, '', noShows];
  }
  for (const { door, entries, exits, byHand, peak } of doors) {
    yield [say.entries, door, '', entries];
    yield [say.exits, door, '', exits];
    yield [say.byHand, door, '', byHand];
    if (peak !== null) yield [say.peak, door, japanTime(peak.at), peak.entries];
  }
  for (const { verdict, code, taps } of refused) {
    yield [say.refused, [titleOf(verdict, language), code ?? ''].filter(Boolean).join(': '), '', taps];
  }
  for (const { gate, until, whole } of journals) {
    yield [say.journal, gate, until === null ? '' : japanTime(until), whole ? 1 : 0];
  }
  for (const { at, door, entries, exits } of minutes) {
    if (entries > 0) yield [say.perMinute, door, japanTime(at), entries];
    if (exits > 0) yield [say.exitsPerMinute, door, japanTime(at), exits];
  }
}

/** What visitors were told. */
function titleOf(verdict: string, language: ExportLanguage): string {
  return isVerdict(verdict) ? verdictTable[verdict].visitor[language].title : verdict;
}

function isVerdict(name: string): name is VerdictName {
  return (verdictNames as readonly string[]).includes(name);
}
