import { timeOfDay } from './japan-time.ts';
import type { Language, Presentation } from './presentation.ts';
import type { Part, Reason, VerdictOf } from './verdict.ts';

/** To the visitor a refused card's reason is no matter for the whole queue to read. */
export const askStaff: Presentation<unknown>['visitor'] = {
  ja: { title: '係員へお声がけください', detail: () => '' },
  en: { title: 'Please see a member of staff', detail: () => '' },
};

export const otherCard: Presentation<unknown>['visitor'] = {
  ja: {
    title: 'このカードは使えません',
    detail: () => 'お申し込みのときのマイナンバーカードをかざしてください',
  },
  en: { title: 'This card cannot be used', detail: () => 'Please use the My Number Card you applied with' },
};

export const partNames: Readonly<Record<Part, Readonly<Record<Language, string>>>> = {
  hsm: { ja: 'HSM', en: 'HSM' },
  list: { ja: '入場者リスト', en: 'entry list' },
  clock: { ja: '時計', en: 'clock' },
  disk: { ja: 'ディスク', en: 'disk' },
  reader: { ja: 'カードリーダー', en: 'card reader' },
};

/** A sentence for the staff in both languages, with the exact reason after it where there is one. */
export function because(ja: string, en: string): Presentation<Reason>['staff'] {
  return { ja: (verdict) => joined(ja, verdict), en: (verdict) => joined(en, verdict) };
}

/** The sentence, the exact reason, and the code by which to look it up. */
export function joined(sentence: string, { reason, code }: Reason): string {
  const parts = [sentence, reason, code === undefined ? undefined : `[${code}]`];
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

/** Lines under each other, empty ones left out. */
export function lines(...each: string[]): string {
  return each.filter((line) => line !== '').join('\n');
}

/** Where an admitted visitor sits or stands. */
export function place({ ticket, direction }: VerdictOf<'admitted'>): string {
  return direction === 'in' ? (ticket?.seat ?? ticket?.zone ?? '') : '';
}

/** By which gate an admitted visitor goes, and how many may pass. */
export function passage({ ticket, gate, people }: VerdictOf<'admitted'>, language: Language): string {
  const party = ticket?.party;
  if (language === 'ja') {
    const together = party === undefined ? '' : `${party.size} 枚のグループ`;
    return lines(`ゲート ${gate}`, people > 1 ? `${people} 名様` : together);
  }
  const together = party === undefined ? '' : `Party of ${party.size}`;
  return lines(`Gate ${gate}`, people > 1 ? `${people} people` : together);
}

export function startOf(starts: number | undefined, now: number): string {
  return starts === undefined ? '' : timeOfDay(starts, now);
}
