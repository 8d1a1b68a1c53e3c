import { checkNames, type CheckItem } from '../check/check-item.ts';
import type { ReadyReport } from '../check/ready-check.ts';
import type { SignedCheckpoint } from '../journal/journal-options.ts';
import type { Counts } from '../journal/questions.ts';
import type { Slip } from '../receipt/slip.ts';

/** How a gate stood when it was closed, or when staff asked. */
export interface Closing {
  readonly gate: string;
  readonly at: number;
  readonly session: { readonly ja: string; readonly en: string };
  readonly counts: Pick<Counts, 'in' | 'out' | 'inside' | 'categories'>;
  /** Left out where the HSM did not sign. */
  readonly checkpoint?: SignedCheckpoint;
}

/**
 * The closing slip: what came of the lane, and the checkpoint's short form. Whoever holds it can tell later
 * whether the journal that was handed over is the one that was closed.
 */
export function closingSlip(closing: Closing, countersigned: string | undefined): Slip {
  const { gate, at, session, counts, checkpoint } = closing;
  const shortForm = checkpoint?.shortForm;
  const signed =
    shortForm === undefined
      ? '署名なし Not signed: the HSM did not answer'
      : countersigned === shortForm
        ? '副署あり Countersigned by the ticketing service'
        : '副署なし Not countersigned yet';
  return {
    title: { ja: '閉場票', en: 'Closing slip' },
    gate,
    at,
    code: `closing ${shortForm?.split(' ')[0] ?? at}`,
    lines: [
      `${session.ja} ${session.en}`,
      `入場 In ${counts.in} 退場 Out ${counts.out} 場内 Inside ${counts.inside}`,
      ...counts.categories.map((each) => `${each.category}: ${each.in} / ${each.out} / ${each.inside}`),
      signed,
      ...(shortForm === undefined ? [] : ['記録の照合番号 Checkpoint of the journal:']),
    ],
    ...(shortForm === undefined ? {} : { large: shortForm }),
  };
}

const names: Readonly<Record<CheckItem['item'], string>> = {
  readers: 'リーダー Readers',
  hsm: 'HSM',
  keys: '鍵 Keys',
  'terminal-certificate': '端末証明書 Terminal certificate',
  pack: 'パック Pack',
  disk: 'ディスク Disk',
  journal: '記録 Journal',
  clock: '時計 Clock',
  printer: 'プリンター Printer',
  card: 'テストカード Test card',
};

/** The ready check on paper, to sign and hang up: green, or the list of what to mend. */
export function readyCheckSlip({ ready, items }: ReadyReport, gate: string, at: number): Slip {
  const ordered = checkNames.flatMap((name) => items.filter(({ item }) => item === name));
  return {
    title: ready
      ? { ja: '開場前点検 準備完了', en: 'Ready check: ready' }
      : { ja: '開場前点検 要対応', en: 'Ready check: not ready' },
    gate,
    at,
    code: `check ${at}`,
    lines: ordered.flatMap(({ item, ready: isReady, text }) => [
      `${isReady ? 'OK' : 'NG'} ${names[item]}`,
      text,
    ]),
  };
}
