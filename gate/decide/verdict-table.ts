import { timeOfDay } from './japan-time.ts';
import type { Language, Presentation } from './presentation.ts';
import {
  askStaff,
  because,
  joined,
  lines,
  otherCard,
  partNames,
  passage,
  place,
  startOf,
} from './verdict-words.ts';
import type { VerdictName, VerdictOf } from './verdict.ts';

type Table = { readonly [Name in VerdictName]: Presentation<VerdictOf<Name>> };

const green = { light: 'green', sound: 'welcome', pattern: 'steady' } as const;
const amber = { light: 'amber', sound: 'ask', pattern: 'slow-blink' } as const;
const red = { light: 'red', sound: 'stop', pattern: 'fast-blink' } as const;
const blue = { light: 'blue', sound: 'again', pattern: 'pulse' } as const;
const grey = { light: 'grey', sound: 'none', pattern: 'off' } as const;

/** Light, icon, sound, pattern and texts of every verdict: the only place that has them. */
export const verdictTable: Table = {
  admitted: {
    ...green,
    icon: 'check',
    visitor: {
      ja: {
        title: 'どうぞ',
        place,
        detail: (v) => (v.direction === 'in' ? passage(v, 'ja') : 'お気をつけて'),
      },
      en: { title: 'Welcome', place, detail: (v) => (v.direction === 'in' ? passage(v, 'en') : 'Take care') },
    },
    staff: {
      ja: (v) => `${v.direction === 'in' ? '入場' : '退場'}${v.repeat ? '（同じカードの再タッチ）' : ''}`,
      en: (v) =>
        `${v.direction === 'in' ? 'Entered' : 'Left'}${v.repeat ? ' (the same card again, counted once)' : ''}.`,
    },
  },
  'already-entered': {
    ...amber,
    icon: 'twice',
    visitor: {
      ja: {
        title: '入場済みです',
        detail: (v) => `${timeOfDay(v.enteredAt, v.at)}　ゲート ${v.enteredGate}`,
      },
      en: {
        title: 'Already entered',
        detail: (v) => `${timeOfDay(v.enteredAt, v.at)}, gate ${v.enteredGate}`,
      },
    },
    staff: {
      ja: (v) =>
        `${v.by === 'card' ? 'このカード' : '同じチケットの別のカード'}で ${timeOfDay(v.enteredAt, v.at)} に ${v.enteredGate} から入場済みです。`,
      en: (v) =>
        `${v.by === 'card' ? 'This card' : 'Another card of this ticket'} entered at ${timeOfDay(v.enteredAt, v.at)} through ${v.enteredGate}.`,
    },
  },
  'wrong-gate': {
    ...amber,
    icon: 'door',
    visitor: {
      ja: { title: '入口が違います', detail: (v) => `${v.doors.join('・')} へお回りください` },
      en: { title: 'Another entrance', detail: (v) => `Please go to ${v.doors.join(', ')}` },
    },
    staff: {
      ja: (v) => `このチケットの入口は ${v.doors.join('・')} です（ここは ${v.gate}）。`,
      en: (v) => `This ticket enters by ${v.doors.join(', ')}; this is ${v.gate}.`,
    },
  },
  'too-early': {
    ...amber,
    icon: 'clock',
    visitor: {
      ja: { title: 'まだ入場できません', detail: (v) => `${timeOfDay(v.from, v.at)} からご入場いただけます` },
      en: { title: 'Too early', detail: (v) => `Please come back at ${timeOfDay(v.from, v.at)}` },
    },
    staff: {
      ja: (v) => `入場時間は ${timeOfDay(v.from, v.at)} からです。`,
      en: (v) => `This ticket may enter from ${timeOfDay(v.from, v.at)}.`,
    },
  },
  'too-late': {
    ...amber,
    icon: 'clock',
    visitor: {
      ja: { title: '入場時間を過ぎています', detail: (v) => `${timeOfDay(v.until, v.at)} まで` },
      en: { title: 'Too late', detail: (v) => `Entry ended at ${timeOfDay(v.until, v.at)}` },
    },
    staff: {
      ja: (v) => `入場時間は ${timeOfDay(v.until, v.at)} までです。`,
      en: (v) => `This ticket could enter until ${timeOfDay(v.until, v.at)}.`,
    },
  },
  'wrong-session': {
    ...amber,
    icon: 'calendar',
    visitor: {
      ja: { title: '別の公演のチケットです', detail: (v) => lines(v.session, startOf(v.starts, v.at)) },
      en: { title: 'Another session', detail: (v) => lines(v.session, startOf(v.starts, v.at)) },
    },
    staff: {
      ja: (v) => `このカードのチケットは別の公演（${v.session}）のものです。`,
      en: (v) => `This card's ticket is for another session: ${v.session}.`,
    },
  },
  'visit-limit': {
    ...amber,
    icon: 'calendar',
    visitor: {
      ja: {
        title: '入場回数の上限です',
        detail: (v) => lines(`${v.days} 日間に ${v.visits} 回まで`, `次回 ${timeOfDay(v.from, v.at)} から`),
      },
      en: {
        title: 'Visit limit reached',
        detail: (v) => lines(`${v.visits} visits in ${v.days} days`, `Next from ${timeOfDay(v.from, v.at)}`),
      },
    },
    staff: {
      ja: (v) =>
        `${v.days} 日間に ${v.visits} 回の上限です。次は ${timeOfDay(v.from, v.at)} から入場できます。`,
      en: (v) =>
        `The limit of ${v.visits} visits in ${v.days} days is reached; the next is possible from ${timeOfDay(v.from, v.at)}.`,
    },
  },
  'party-incomplete': {
    ...amber,
    icon: 'people',
    visitor: {
      ja: { title: '代表者とご一緒に', detail: () => '代表者の方が先にかざしてください' },
      en: { title: 'Enter together', detail: () => 'The person who booked taps first' },
    },
    staff: {
      ja: (v) =>
        v.missing === 'representative'
          ? '代表者がまだ入場していません。'
          : `代表者の入場から ${v.withinSeconds} 秒を過ぎています。`,
      en: (v) =>
        v.missing === 'representative'
          ? 'The representative of the party has not entered yet.'
          : `More than ${v.withinSeconds} seconds have passed since the representative entered.`,
    },
  },
  'needs-adult': {
    ...amber,
    icon: 'people',
    visitor: {
      ja: { title: '保護者とご一緒に', detail: () => '大人の方が先にかざしてください' },
      en: { title: 'With an adult', detail: () => 'The adult of the party taps first' },
    },
    staff: {
      ja: () => '保護者の同伴が必要なチケットですが、同じグループの大人が場内にいません。',
      en: () => 'This ticket needs an adult, and none of its party is inside.',
    },
  },
  'not-on-list': {
    ...red,
    icon: 'cross',
    visitor: {
      ja: { title: 'このカードは登録されていません', detail: () => '係員へお声がけください' },
      en: { title: 'This card is not registered', detail: () => 'Please see a member of staff' },
    },
    staff: {
      ja: () => '本物のカードですが、入場者リストにありません。チケット番号で照会してください。',
      en: () => 'The card is genuine but not on the entry list; look the ticket up by its number.',
    },
  },
  revoked: {
    ...red,
    icon: 'cross',
    visitor: askStaff,
    staff: because('失効したカードです。', 'The card is revoked.'),
  },
  expired: {
    ...red,
    icon: 'cross',
    visitor: askStaff,
    staff: because('電子証明書の有効期限が切れています。', "The card's certificate has expired."),
  },
  'not-genuine': {
    ...red,
    icon: 'cross',
    visitor: askStaff,
    staff: because('カードが本物と確認できません。', 'The card could not prove that it is genuine.'),
  },
  'unknown-issuer': {
    ...red,
    icon: 'cross',
    visitor: askStaff,
    staff: because(
      '発行者を確認できない証明書です。',
      'The certificate is of an issuer that is not trusted here.',
    ),
  },
  'not-a-my-number-card': {
    ...red,
    icon: 'card',
    visitor: {
      ja: { title: 'マイナンバーカードをかざしてください', detail: () => 'このカードは使えません' },
      en: { title: 'Please use a My Number Card', detail: () => 'This card cannot be used' },
    },
    staff: because('マイナンバーカードではありません。', 'This is not a My Number Card.'),
  },
  'no-certificate': {
    ...red,
    icon: 'card',
    visitor: otherCard,
    staff: because(
      '利用者証明用電子証明書が入っていません。',
      'The card has no user-authentication certificate.',
    ),
  },
  unreadable: {
    ...red,
    icon: 'card',
    visitor: otherCard,
    staff: because('カードを読み取れません。', 'The card could not be read.'),
  },
  'hold-longer': {
    ...blue,
    icon: 'hold',
    visitor: {
      ja: {
        title: 'もう一度かざしてください',
        detail: (v) => (v.because === 'two-cards' ? 'カードは1枚だけ' : '緑になるまでそのままで'),
      },
      en: {
        title: 'Please hold it again',
        detail: (v) =>
          v.because === 'two-cards' ? 'One card at a time' : 'Keep it there until it turns green',
      },
    },
    staff: {
      ja: (v) =>
        v.because === 'two-cards' ? 'カードが2枚以上あります。' : '読み取りの途中でカードが離れました。',
      en: (v) =>
        v.because === 'two-cards'
          ? 'There is more than one card.'
          : 'The card was taken away before the end.',
    },
  },
  'out-of-order': {
    ...grey,
    icon: 'out',
    visitor: {
      ja: { title: 'このゲートは使えません', detail: () => '隣のゲートか係員へお願いします' },
      en: { title: 'This gate is out of order', detail: () => 'Please use another gate' },
    },
    staff: {
      ja: (v) =>
        joined(
          missing(v, 'ja', (parts) => `${parts.join('・')} を確認してください。`),
          v,
        ),
      en: (v) =>
        joined(
          missing(v, 'en', (parts) => `Out of order: ${parts.join(', ')}.`),
          v,
        ),
    },
  },
};

/** What the gate is without; nothing where staff closed the lane and no part is missing. */
function missing(
  { missing: parts }: VerdictOf<'out-of-order'>,
  language: Language,
  say: (names: string[]) => string,
): string {
  return parts.length === 0 ? '' : say(parts.map((part) => partNames[part][language]));
}
