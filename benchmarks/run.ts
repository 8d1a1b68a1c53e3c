// `npm run bench [-- ID…]`: runs benchmarks, each in a process of its own, and writes
// benchmarks/results/latest.json, index.html and the README's table. Run for some ids only, it keeps the
// others' results.
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchmarks } from './all.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { withTable } from './readme-table.ts';
import { measureMachine, yardstickInWords, type Yardstick } from './yardstick.ts';
import { renderPage, type Results, type StampedResult } from './page.ts';

const folder = join(process.cwd(), 'benchmarks', 'results');

if (process.send !== undefined && process.argv[2] === '--one') await measureHere(process.argv[3] ?? '');
else process.exitCode = await runAll(process.argv.slice(2));

async function runAll(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((id) => !benchmarks.some((each) => each.id === id));
  if (unknown.length > 0 || asked.some((id) => id.startsWith('-'))) {
    const known = benchmarks.map((each) => each.id).join(', ');
    console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known}.`);
    return 2;
  }
  const yardstick = measureMachine();
  console.error(yardstickInWords(yardstick));
  let missed = 0;
  for (const benchmark of benchmarks.filter((each) => asked.length === 0 || asked.includes(each.id))) {
    console.error(`\n${benchmark.id}: ${benchmark.title}`);
    const result = await measureInChild(benchmark);
    console.log(summary(result));
    if (!result.met) missed += 1;
    keep({ ...result, at: new Date().toISOString() }, yardstick);
  }
  console.error(`\nWritten to ${join('benchmarks', 'results')} and into the README's table.`);
  return missed === 0 ? 0 : 1;
}

/** One benchmark alone in its process, so that none measures the heap another left behind. */
function measureInChild({ id, asGate }: Benchmark): Promise<BenchmarkResult> {
  return new Promise((resolve, reject) => {
    const execArgv = ['--expose-gc', ...(asGate === true ? gateFlags() : [])];
    const child = fork(import.meta.filename, ['--one', id], { execArgv });
    let result: BenchmarkResult | undefined;
    child.on('message', (message) => {
      result = message as BenchmarkResult;
    });
    child.on('error', reject);
    child.on('exit', (status) => {
      if (result !== undefined && status === 0) resolve(result);
      else reject(new Error(`Benchmark ${id} ended with status ${String(status)} before its result.`));
    });
  });
}

/** Node's flags as the first line of the built gate has them. */
function gateFlags(): string[] {
  const program = join(import.meta.dirname, '..', 'gate', 'kazasu-gate.js');
  const [first = ''] = readFileSync(program, 'utf8').split('\n', 1);
  return first.split(' ').filter((word) => word.startsWith('--'));
}

async function measureHere(id: string): Promise<void> {
  const benchmark = benchmarks.find((each) => each.id === id);
  if (benchmark === undefined) throw new Error(`There is no benchmark ${id}.`);
  const result = await benchmark.run((text) => {
    console.error(`  ${text}`);
  });
  process.send?.(result);
  process.disconnect();
}

function summary(result: BenchmarkResult): string {
  const peers = result.beside.map(
    (peer) => `  beside ${peer.name}: ${round(peer.value)} (${round(peer.ratio)} ×)`,
  );
  const head = `${result.met ? '✓' : '✗'} ${result.id} ${round(result.value)} ${result.unit} (reach: ${result.reach})`;
  return [head, ...peers, ...(result.note === undefined ? [] : [`  ${result.note}`])].join('\n');
}

function round(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

function keep(result: StampedResult, yardstick: Yardstick): void {
  mkdirSync(folder, { recursive: true });
  const earlier = read()?.results.filter((each) => each.id !== result.id) ?? [];
  const order = benchmarks.map((each) => each.id);
  const results: Results = {
    at: result.at,
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    yardstick,
    results: [...earlier, result].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)),
  };
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, 'index.html'), renderPage(results));
  writeFileSync('README.md', withTable(readFileSync('README.md', 'utf8'), results, benchmarks));
}

function read(): Results | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'latest.json'), 'utf8')) as Results;
  } catch {
    return undefined; // the first run
  }
}
