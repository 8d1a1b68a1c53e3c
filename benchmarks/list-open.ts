import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signer } from '../hsm/keys/signer.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import {
  plainRecord,
  benchSigner,
  median,
  million,
  openBenchList,
  StoredHashes,
  timed,
  writeBenchList,
} from './list-world.ts';

const rounds = 5;
const sizes = [1000, 10_000, 100_000, million];

/** From a file on disk to a list that answers: read, verify, every digest. */
export const listOpen: Benchmark = {
  id: 'list-open',
  title: 'open a list of 1 M entries to ready',
  run: measure,
};

async function measure(say: (text: string) => void): Promise<BenchmarkResult> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-'));
  try {
    return await measureIn(folder, say);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureIn(folder: string, say: (text: string) => void): Promise<BenchmarkResult> {
  const signer = benchSigner();
  const file = join(folder, 'list');
  const points: [number, number][] = [];
  for (const size of sizes) {
    say(`a list of ${size}`);
    await writeFile(file, await writeBenchList(new StoredHashes(size), false, signer));
    points.push([size, await openToReady(file, signer)]);
  }
  say('with pinned keys');
  await writeFile(file, await writeBenchList(new StoredHashes(million), true, signer));
  const pinned = await openToReady(file, signer);
  say('a Map of the same out of JSON lines');
  const json = join(folder, 'list.json');
  await writeJsonLines(json);
  const { ms: map } = await timed(async () => mapOf(await readFile(json, 'utf8')));
  const value = points.at(-1)?.[1] ?? Number.NaN;
  return {
    id: 'list-open',
    value: value / 1000,
    unit: 's',
    reach: '≤ 1 s',
    met: value <= 1000 && pinned <= 1000,
    beside: [
      { name: 'with pinned keys (s)', value: pinned / 1000, ratio: pinned / value },
      {
        name: 'JSON lines into a JS Map, unsealed and unverified (s)',
        value: map / 1000,
        ratio: map / value,
      },
    ],
    note: `Read from disk (cached by the system), signature and all digests verified, one look-up; medians of ${rounds}.`,
    plots: [
      {
        title: 'Opening to ready, as the list grows',
        x: { label: 'entries', log: true },
        y: { label: 'ms', log: true },
        series: [{ name: 'sealed entry list', points }],
      },
    ],
  };
}

async function openToReady(file: string, signer: Signer): Promise<number> {
  const spent: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { ms } = await timed(async () => {
      const list = openBenchList(await readFile(file), signer);
      return list.stateOf(new Uint8Array(16));
    });
    spent.push(ms);
  }
  return median(spent);
}

async function writeJsonLines(file: string): Promise<void> {
  const hashes = new StoredHashes(million);
  const lines = Array.from({ length: million }, (_, entry) => {
    const tag = Buffer.from(hashes.ofCard(entry)).toString('hex');
    const ticketTag = Buffer.from(hashes.ofTicket(entry)).toString('hex');
    return JSON.stringify({ tag, ticketTag, ...plainRecord(entry) });
  });
  await writeFile(file, lines.join('\n'));
}

function mapOf(text: string): Map<string, unknown> {
  const records = text.split('\n').map((line) => JSON.parse(line) as { tag: string; ticketTag: string });
  return new Map(
    records.flatMap((record) => [[record.tag, record] as const, [record.ticketTag, record] as const]),
  );
}
