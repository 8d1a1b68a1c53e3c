import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryList } from '../ticketing/entry-list/entry-list.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { keyOf, mapPeer, tablePeer } from './list-peers.ts';
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
const sizes = [1000, 10_000, 100_000, million];

/** Looking a tag up among a million, beside a Map and a SQLite table. */
export const listLookup: Benchmark = {
  id: 'list-lookup',
  title: 'look-up by tag, 1 M entries',
  run: measure,
};

async function measure(say: (text: string) => void): Promise<BenchmarkResult> {
  const points: { list: [number, number][]; map: [number, number][] } = { list: [], map: [] };
  let last: { list: EntryList; hashes: StoredHashes; listBytes: number } | undefined;
  for (const size of sizes) {
    say(`writing and opening a list of ${size}`);
    const hashes = new StoredHashes(size);
    const signer = benchSigner();
    const bytes = Uint8Array.from(await writeBenchList(hashes, false, signer));
    const before = bytesInUse();
    const list = openBenchList(bytes, signer);
    const listBytes = bytesInUse() - before + bytes.length;
    points.list.push([size, lookUpEach(hashes, (hash) => list.stateOf(hash) === 'listed')]);
    const map = mapPeer(hashes).byCard;
    points.map.push([size, lookUpEach(hashes, (hash) => map.has(keyOf(hash)))]);
    last = { list, hashes, listBytes };
  }
  if (last === undefined) throw new TypeError('no sizes to measure');
  return compare(last.list, last.hashes, last.listBytes, points, say);
}

function compare(
  list: EntryList,
  hashes: StoredHashes,
  listBytes: number,
  points: { list: [number, number][]; map: [number, number][] },
  say: (text: string) => void,
): BenchmarkResult {
  say('beside a Map and a table of the same');
  const value = lookUpEach(hashes, (hash) => list.stateOf(hash) === 'listed');
  const open = lookUpEach(hashes, (hash) => typeof list.find(hash) === 'object', 20_000);
  const before = bytesInUse();
  const maps = mapPeer(hashes);
  const mapBytes = bytesInUse() - before;
  const ofMap = lookUpEach(hashes, (hash) => maps.byCard.has(keyOf(hash)));
  const keys = Array.from({ length: 100_000 }, (_, entry) =>
    keyOf(hashes.ofCard((entry * 7919) % hashes.count)),
  );
  const ofMapWithText = median(
    Array.from({ length: rounds }, () => perCall(keys, (key) => maps.byCard.has(key))),
  );
  const ofTable = lookUpInTable(hashes);
  const met = value <= 1 && ofTable / value >= 20 && value <= ofMap && listBytes <= mapBytes / 4;
  return {
    id: 'list-lookup',
    value,
    unit: 'µs',
    reach: '≤ 1 µs; ≥ 20 × an indexed SQLite look-up; ≤ a JS Map’s, at ≤ ¼ of its memory',
    met,
    beside: [
      { name: 'JS Map, the tag made a key of it (µs)', value: ofMap, ratio: ofMap / value },
      { name: 'JS Map, its key at hand already (µs)', value: ofMapWithText, ratio: ofMapWithText / value },
      { name: 'indexed SQLite table, its row read (µs)', value: ofTable, ratio: ofTable / value },
      {
        name: 'memory of JS Maps by card and by ticket (MB)',
        value: mapBytes / 1e6,
        ratio: mapBytes / listBytes,
      },
    ],
    note: `All in memory: the list ${Math.round(listBytes / 1e6)} MB, sealed; the Maps in clear. Finding and unsealing a record takes ${open.toFixed(1)} µs. Tags are asked for in random order; medians of ${rounds} rounds.`,
    plots: [
      {
        title: 'A look-up, as the list grows',
        x: { label: 'entries', log: true },
        y: { label: 'µs' },
        series: [
          { name: 'sealed entry list', points: points.list },
          { name: 'JS Map', points: points.map },
        ],
      },
    ],
  };
}

function lookUpInTable(hashes: StoredHashes): number {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-'));
  try {
    const table = tablePeer(hashes, join(folder, 'list.sqlite'));
    try {
      return lookUpEach(hashes, (hash) => table.find(hash) !== undefined, 50_000);
    } finally {
      table.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Microseconds a look-up of hashes that are there, in random order: the median of some rounds. */
function lookUpEach(hashes: StoredHashes, find: (hash: Uint8Array) => boolean, most = 200_000): number {
  const asked = Array.from({ length: Math.min(most, 200_000) }, () =>
    // A copy: as it comes from the HSM, not out of the array that the list was made of.
    Uint8Array.from(hashes.ofCard(Math.floor(Math.random() * hashes.count))),
  );
  return median(Array.from({ length: rounds }, () => perCall(asked, find)));
}

function perCall<Key>(keys: readonly Key[], find: (key: Key) => boolean): number {
  const start = performance.now();
  let found = 0;
  for (const key of keys) found += find(key) ? 1 : 0;
  const spent = performance.now() - start;
  if (found !== keys.length) throw new Error('A look-up did not find what is there.');
  return (spent * 1000) / keys.length;
}
