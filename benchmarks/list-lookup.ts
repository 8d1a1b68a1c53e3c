import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signer } from '../hsm/keys/signer.ts';
import type { EntryList } from '../ticketing/entry-list/entry-list.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { keyOf, mapPeer, sealedMapPeer, tablePeer } from './list-peers.ts';
import {
  benchSigner,
  bytesInUse,
  median,
  million,
  openBenchList,
  StoredHashes,
  writeBenchList,
} from './list-world.ts';

const rounds = 9;
const hashLength = 32;
const sizes = [1000, 10_000, 100_000, million];

/** Looking a tag up among a million, beside a Map and a SQLite table. */
export const listLookup: Benchmark = {
  id: 'list-lookup',
  title: 'look-up by tag, 1 M entries',
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-'));
    try {
      return await measure(folder, say);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

type Points = [number, number][];

async function measure(folder: string, say: (text: string) => void): Promise<BenchmarkResult> {
  const signer = benchSigner();
  const listPoints: Points = [];
  const mapPoints: Points = [];
  for (const size of sizes.slice(0, -1)) {
    say(`a list of ${size}`);
    const hashes = new StoredHashes(size);
    const { list } = await openFromDisk(hashes, signer, folder);
    listPoints.push([size, lookUpEach(hashes, (hash) => list.stateOf(hash) === 'listed')]);
    const { byCard } = mapPeer(hashes);
    mapPoints.push([size, lookUpEach(hashes, (hash) => byCard.has(keyOf(hash)))]);
  }
  say('a list of a million');
  const hashes = new StoredHashes(million);
  const { list, bytes } = await openFromDisk(hashes, signer, folder);
  const value = lookUpEach(hashes, (hash) => list.stateOf(hash) === 'listed');
  const open = lookUpEach(hashes, (hash) => typeof list.find(hash) === 'object', 20_000);
  listPoints.push([million, value]);
  const map = await measureMap(hashes, say);
  mapPoints.push([million, map.look]);
  const sealedBytes = await measureSealedMap(hashes, list, say);
  say('a SQLite table');
  const table = lookUpInTable(hashes, folder);
  return {
    id: 'list-lookup',
    value,
    unit: 'µs',
    reach: '≤ 1 µs; ≥ 20 × an indexed SQLite look-up; ≤ a JS Map’s, at ≤ ¼ of its memory',
    met: value <= 1 && table / value >= 20 && value <= map.look && bytes <= sealedBytes / 4,
    beside: [
      { name: 'JS Map, the tag made a key of it (µs)', value: map.look, ratio: map.look / value },
      { name: 'JS Map, its key at hand already (µs)', value: map.keyed, ratio: map.keyed / value },
      { name: 'indexed SQLite table, its row read (µs)', value: table, ratio: table / value },
      {
        name: 'memory of JS Maps of the same sealed records (MB)',
        value: sealedBytes / 1e6,
        ratio: sealedBytes / bytes,
      },
      {
        name: 'memory of JS Maps of records in clear (MB)',
        value: map.bytes / 1e6,
        ratio: map.bytes / bytes,
      },
    ],
    note: `The open list takes ${Math.round(bytes / 1e6)} MB, file and index. Finding and unsealing a record takes ${open.toFixed(1)} µs. Tags that are there, in random order; medians of ${rounds} rounds.`,
    plots: [
      {
        title: 'A look-up, as the list grows',
        x: { label: 'entries', log: true },
        y: { label: 'µs' },
        series: [
          { name: 'sealed entry list', points: listPoints },
          { name: 'JS Map', points: mapPoints },
        ],
      },
    ],
  };
}

async function openFromDisk(
  hashes: StoredHashes,
  signer: Signer,
  folder: string,
): Promise<{ list: EntryList; bytes: number }> {
  const file = join(folder, 'list');
  await writeFile(file, await writeBenchList(hashes, false, signer));
  const before = await bytesInUse();
  const list = openBenchList(await readFile(file), signer);
  return { list, bytes: (await bytesInUse()) - before };
}

async function measureMap(
  hashes: StoredHashes,
  say: (text: string) => void,
): Promise<{ look: number; keyed: number; bytes: number }> {
  say('a Map of records in clear');
  const before = await bytesInUse();
  const { byCard, byTicket } = mapPeer(hashes);
  const bytes = (await bytesInUse()) - before;
  const look = lookUpEach(hashes, (hash) => byCard.has(keyOf(hash)));
  const keys = Array.from({ length: 200_000 }, () =>
    keyOf(hashes.ofCard(Math.floor(Math.random() * hashes.count))),
  );
  const keyed = median(Array.from({ length: rounds }, () => perCall(keys, (key) => byCard.has(key))));
  if (byTicket.size !== hashes.count) throw new Error('The Map does not hold every ticket.');
  return { look, keyed, bytes };
}

async function measureSealedMap(
  hashes: StoredHashes,
  list: EntryList,
  say: (text: string) => void,
): Promise<number> {
  say('Maps of the same sealed records');
  const before = await bytesInUse();
  const maps = sealedMapPeer(hashes, list.manifest.recordSize, 20);
  const bytes = (await bytesInUse()) - before;
  if (maps.some(({ size }) => size !== hashes.count)) throw new Error('The Maps do not hold every row.');
  return bytes;
}

function lookUpInTable(hashes: StoredHashes, folder: string): number {
  const table = tablePeer(hashes, join(folder, 'list.sqlite'));
  try {
    return lookUpEach(hashes, (hash) => table.find(hash) !== undefined, 50_000);
  } finally {
    table.close();
  }
}

/** Microseconds a look-up of hashes that are there, in random order: the median of some rounds. */
function lookUpEach(hashes: StoredHashes, find: (hash: Uint8Array) => boolean, most = 200_000): number {
  // One after the other in memory, and copied for each call to where the HSM's answer would lie, so that
  // what is measured is the look-up and not the fetching of the question.
  const asked = new Uint8Array(most * hashLength);
  for (let at = 0; at < most; at += 1) {
    asked.set(hashes.ofCard(Math.floor(Math.random() * hashes.count)), at * hashLength);
  }
  const words = hashLength / 4;
  const askedWords = new Uint32Array(asked.buffer, asked.byteOffset, most * words);
  const hash = new Uint8Array(hashLength);
  const hashWords = new Uint32Array(hash.buffer);
  const numbers = Array.from({ length: most }, (_, at) => at);
  const ask = (number: number): boolean => {
    const start = number * words;
    for (let at = 0; at < words; at += 1) hashWords[at] = askedWords[start + at] ?? 0;
    return find(hash);
  };
  return median(Array.from({ length: rounds }, () => perCall(numbers, ask)));
}

function perCall<Key>(keys: readonly Key[], find: (key: Key) => boolean): number {
  const start = performance.now();
  let found = 0;
  for (const key of keys) found += find(key) ? 1 : 0;
  const spent = performance.now() - start;
  if (found !== keys.length) throw new Error('A look-up did not find what is there.');
  return (spent * 1000) / keys.length;
}
