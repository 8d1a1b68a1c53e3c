import type { BenchmarkResult } from './benchmark.ts';
import { yardstickInWords, type Yardstick } from './yardstick.ts';
import { escape, renderPlot } from './plot.ts';

/** A result with the time at which it was measured. */
export type StampedResult = BenchmarkResult & { readonly at: string };

/** What `latest.json` holds. */
export interface Results {
  readonly at: string;
  readonly machine: string;
  readonly node: string;
  /** Not there in a run of before it was measured. */
  readonly yardstick?: Yardstick;
  readonly results: readonly StampedResult[];
}

/** The results as one page that needs nothing else: a table, then each benchmark's note and plots. */
export function renderPage(results: Results): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Kazasu: benchmarks</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top }
  td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
  .missed { color: #a40000 } .met { color: #005a2b }
  svg { max-width: 100%; height: auto; margin: 1rem 0 }
</style>
<h1>Benchmarks</h1>
<p>${escape(results.machine)}, Node ${escape(results.node)}. Ratios count; the machine is shared, single times are context. ${escape(yardstickInWords(results.yardstick))}</p>
<table>
<tr><th>what<th>value<th>reach<th>met<th>beside</tr>
${results.results.map(renderRow).join('\n')}
</table>
${results.results.map(renderDetail).join('\n')}
</html>
`;
}

function renderRow(result: StampedResult): string {
  const peers = result.beside.map(
    (peer) => `${escape(peer.name)}: ${number(peer.value)} (${number(peer.ratio)} ×)`,
  );
  const met = result.met ? '<span class="met">✓ met</span>' : '<span class="missed">✗ not met</span>';
  return `<tr><td><a href="#${escape(result.id)}"><code>${escape(result.id)}</code></a><td class="number">${number(result.value)} ${escape(result.unit)}<td>${escape(result.reach)}<td>${met}<td>${peers.join('<br>')}</tr>`;
}

function renderDetail(result: StampedResult): string {
  const note = result.note === undefined ? '' : `<p>${escape(result.note)}</p>`;
  const plots = (result.plots ?? []).map(renderPlot).join('\n');
  return `<h2 id="${escape(result.id)}">${escape(result.id)}</h2>\n<p>Measured ${escape(result.at)}.</p>\n${note}\n${plots}`;
}

function number(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
