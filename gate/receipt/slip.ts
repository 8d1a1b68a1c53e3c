import { transform } from 'receiptline';
import { z } from 'zod';
import { escapeValue } from './template.ts';

const bilingual = z.strictObject({ ja: z.string(), en: z.string() });

/** Something for the staff's own hands: a closing slip, a ready check. Nothing in it is a visitor's. */
export const slipSchema = z.strictObject({
  title: bilingual,
  gate: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** By which it is printed again. */
  code: z.string(),
  /** Read out and compared: in large type. */
  large: z.exactOptional(z.string()),
  lines: z.array(z.string()).max(100),
});
export type Slip = z.output<typeof slipSchema>;

/** ESC/POS for a printer, which answers once it is on paper, as with a receipt. */
export function renderSlip(
  { title, gate, at, large, lines }: Slip,
  { columns, copy }: { readonly columns: number; readonly copy: boolean },
): Uint8Array {
  const time = new Date(at + 9 * 3_600_000).toISOString();
  const document = [
    '{width:auto; border:space; text:wrap}',
    '',
    `"^^${escapeValue(title.ja)}`,
    `"${escapeValue(title.en)}`,
    ...(copy ? ['`~再発行~Copy~`'] : []),
    '---',
    `${escapeValue(gate)} | ${time.slice(0, 10).replaceAll('-', '/')}~${time.slice(11, 16)}`,
    '---',
    // What is left-aligned stands before the column's bar.
    ...lines.map((line) => `${escapeValue(line)} |`),
    ...(large === undefined ? [] : ['---', ...large.split(' ').map((part) => `^^${escapeValue(part)}`)]),
    '---',
  ].join('\n');
  return Buffer.from(
    transform(document, {
      cpl: columns,
      encoding: 'shiftjis',
      command: 'escpos',
      spacing: true,
      cutting: true,
    }),
    'latin1',
  );
}
