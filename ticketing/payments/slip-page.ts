import { toSVG } from 'bwip-js/node';
import type { Tables } from '../store/tables.ts';
import { shownSlipNumber } from './slip-number.ts';

/** A text in both languages. */
interface Both {
  readonly ja: string;
  readonly en: string;
}

/** What a slip's page shows: what is to be paid, and nothing of whom. */
export interface ShownSlip {
  readonly number: string;
  readonly application: string;
  readonly amount: number;
  readonly dueAt: number;
  readonly state: Tables['applications']['state'];
  readonly tickets: number;
  readonly event: Both;
  readonly session: Both;
  readonly category: Both;
  /** None where no shop is agreed with. */
  readonly barcode: string | undefined;
}

const words = {
  title: { ja: '払込票', en: 'Payment slip' },
  number: { ja: '払込番号', en: 'Slip number' },
  amount: { ja: '金額', en: 'Amount' },
  due: { ja: '支払期限', en: 'Pay by' },
  application: { ja: '申込番号', en: 'Application' },
  tickets: { ja: '枚数', en: 'Tickets' },
  keep: {
    ja: '期限までに支払われないと、お席は自動的に取り消されます。',
    en: 'Seats that are not paid for in time are released.',
  },
} as const satisfies Record<string, Both>;

/** What is said of each state, in place of the barcode where there is nothing to pay. */
const standing: Readonly<Record<ShownSlip['state'], Both | undefined>> = {
  waiting: undefined,
  reserved: undefined,
  paid: { ja: 'お支払いが済みました。', en: 'This is paid.' },
  lapsed: { ja: '期限を過ぎたため、払い込めません。', en: 'The time to pay is over. Do not pay this.' },
  cancelled: { ja: '取り消されたため、払い込めません。', en: 'This was cancelled. Do not pay it.' },
  refunded: { ja: '返金されました。払い込めません。', en: 'This was refunded. Do not pay it.' },
};

const inJapan = new Intl.DateTimeFormat('ja-JP', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'Asia/Tokyo',
});

/** The page to print, for tills and people. */
export function slipPage(slip: ShownSlip): string {
  const said = standing[slip.state];
  const lines: readonly (readonly [Both, string])[] = [
    [words.number, shownSlipNumber(slip.number)],
    [words.amount, `¥${slip.amount.toLocaleString('en')}`],
    [words.due, inJapan.format(slip.dueAt)],
    [words.application, slip.application],
    [words.tickets, `${slip.category.ja} / ${slip.category.en} × ${slip.tickets}`],
  ];
  const rows = lines.map(([label, value]) => `<dt>${both(label)}</dt><dd>${escaped(value)}</dd>`).join('');
  const toPay = said === undefined ? `${barcodeOf(slip)}<p>${both(words.keep)}</p>` : '';
  const state = said === undefined ? '' : `<p class="state" role="status">${both(said)}</p>`;
  return `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${words.title.ja} ${words.title.en}</title>
<link rel="stylesheet" href="/slips.css">
</head>
<body>
<main>
<h1>${both(words.title)}</h1>
<h2>${both(slip.event)}</h2>
<p>${both(slip.session)}</p>
${state}<dl>${rows}</dl>
${toPay}</main>
</body>
</html>
`;
}

export const slipCss = `body{margin:0;background:#fff;color:#111;font:1rem/1.5 "Noto Sans CJK JP",sans-serif}
main{max-width:40rem;margin:2rem auto;padding:0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.5rem 1.5rem}
dd{margin:0;font-weight:700}
.barcode svg{width:100%;max-width:36rem;height:auto}
.state{border:3px solid #111;padding:1rem;font-weight:700}
@media print{main{margin:0}}
`;

function barcodeOf({ barcode }: ShownSlip): string {
  if (barcode === undefined) return '';
  const svg = toSVG({ bcid: 'gs1-128', text: barcode, height: 10, includetext: true });
  return `<div class="barcode" role="img" aria-label="${words.number.ja}">${svg}</div>`;
}

function both({ ja, en }: Both): string {
  return `${escaped(ja)} <span lang="en">${escaped(en)}</span>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
