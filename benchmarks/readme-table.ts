import type { Benchmark } from './benchmark.ts';
import type { Results, StampedResult } from './page.ts';
import { yardstickInWords } from './yardstick.ts';

const begin = '<!-- npm run bench writes what follows -->';
const end = '<!-- npm run bench wrote what precedes -->';

/** The README with its table of figures as these results have it; all else stays. */
export function withTable(
  readme: string,
  results: Results,
  benchmarks: readonly Pick<Benchmark, 'id' | 'title'>[],
): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error('The README has no place for the table of benchmarks.');
  return `${readme.slice(0, from)}${begin}\n\n${tableOf(results, benchmarks)}\n\n${readme.slice(to)}`;
}

function tableOf(results: Results, benchmarks: readonly Pick<Benchmark, 'id' | 'title'>[]): string {
  const rows = results.results.map((result) => {
    const title = benchmarks.find(({ id }) => id === result.id)?.title ?? '';
    return `| \`${result.id}\` ${cell(title)} | ${cell(seen(result))} | ${result.met ? '✓' : '✗'} | ${cell(result.reach)} |`;
  });
  const sentences = [
    `${results.machine}, Node ${results.node}, ${results.at.slice(0, 10)}.`,
    yardstickInWords(results.yardstick),
    '✗ is not reached there; its note on the page says why.',
  ];
  return [
    sentences.filter((sentence) => sentence !== '').join(' '),
    '',
    '| what | seen | | reach |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The value, and what it is measured beside. */
function seen({ value, unit, beside }: StampedResult): string {
  const peers = beside.map((peer) => `${peer.name}: ${short(peer.value)} (${short(peer.ratio)} ×)`);
  return [`**${short(value)} ${unit}**`, ...peers].join('<br>');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
