import type { VerdictName } from '../../gate/decide/verdict.ts';
import { verdictTable } from '../../gate/decide/verdict-table.ts';
import type { TapLine } from './gate-process.ts';

/** A dot in the light's colour, for terminals that show colours; the words say it all without it. */
const dots = { green: '🟢', amber: '🟠', red: '🔴', blue: '🔵', grey: '⚪' } as const;

/** A tap as `npm start` shows it: what the visitor sees, and how long it took. */
export function presentLine(label: string, line: TapLine): string {
  const verdict: VerdictName = line.verdict;
  const { light, visitor } = verdictTable[verdict];
  const seat = line.seat === undefined ? '' : `  ${line.seat}`;
  const { total, card, own } = line.ms;
  return `${dots[light]} ${verdict.padEnd(22)} ${label}: ${visitor.ja.title} / ${visitor.en.title}${seat}  (${total} ms: card ${card}, gate ${own})`;
}
