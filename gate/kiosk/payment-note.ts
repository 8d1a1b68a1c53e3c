import { escapeValue } from '../receipt/template.ts';
import { toEscPos } from '../receipt/render.ts';
import type { Outcome } from './visit/outcome.ts';
import { dayAndTime, yen } from './words/plain.ts';

type Reserved = Extract<Outcome, { kind: 'reserved' }>;

/**
 * What a visitor takes along to pay: number, amount, due date, and the number once more as a code that a desk
 * can scan. The slip with the barcode that a shop reads is the service's page.
 */
export function paymentNote(outcome: Reserved): string {
  const { application, seats, total, dueAt, slip } = outcome.reservation;
  const [amount, due] = [yen(total), dayAndTime(dueAt)];
  const rows: readonly (readonly [string, string])[] = [
    ['申込番号 Application', application],
    ...(slip === undefined ? [] : [['払込番号 Slip', slip.number] as const]),
    ['受付番号 Receipt', outcome.number],
    ['期限 Pay by', due.ja],
    ['', due.en],
    ...seats.map((seat, index) => [index === 0 ? '座席 Seats' : '', seat] as const),
  ];
  return [
    '{width:auto; border:space; text:wrap}',
    '"お支払いのご案内 Payment',
    '---',
    `^^${escapeValue(amount.ja)}`,
    '---',
    '{width:20 *}',
    ...rows.map(([label, value]) => `${escapeValue(label)} | ${escapeValue(value)}`),
    '{width:auto}',
    '',
    `{code:${escapeValue(application)}; option:code128,2,48,nohri}`,
  ].join('\n');
}

/** The same for a printer. */
export function drawPaymentNote(outcome: Reserved, columns: number): Uint8Array {
  return toEscPos(paymentNote(outcome), columns);
}
