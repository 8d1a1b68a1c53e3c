import type { CeremonyEntry, CeremonyLog } from './ceremony-log.ts';

/**
 * The log as a sheet to print: what was done, and lines for the signatures of those present. Its last hash
 * stands for every line above it, so that a log that is later shortened or rewritten no longer fits the paper.
 */
export function sheetOf(log: CeremonyLog, from = 0): string {
  const shown = log.entries.slice(from);
  const lines = [
    'KAZASU KEY CEREMONY',
    '',
    `Entries ${shown.length === 0 ? 'none' : `${from} to ${from + shown.length - 1}`} of ${log.entries.length}`,
    '',
    ...shown.flatMap(entryLines),
    `Log hash (SHA-256 of the last entry): ${grouped(log.head)}`,
    ...(log.cut > 0 ? [`The last ${log.cut} bytes are an entry that was cut off while it was written.`] : []),
    '',
    'We were present, and what stands above is what was done.',
    '',
    ...['1', '2', '3'].flatMap((number) => [
      `${number}. Name ______________________  Signature ______________________  Date ____________`,
      '',
    ]),
  ];
  return lines.join('\n');
}

function entryLines(entry: CeremonyEntry): string[] {
  const outcome = entry.outcome === 'done' ? 'done' : `FAILED (${entry.code ?? 'no code'})`;
  return [
    `${String(entry.seq).padStart(4)}  ${entry.at}  ${entry.act}: ${outcome}`,
    `      by ${entry.user}${entry.approvedBy.length === 0 ? '' : `, approved by ${entry.approvedBy.join(' and ')}`}`,
    ...Object.entries(entry.detail).map(([name, value]) => `      ${name}: ${String(value)}`),
    '',
  ];
}

function grouped(hash: string): string {
  return (hash.match(/.{8}/g) ?? []).join(' ');
}
