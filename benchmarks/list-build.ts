import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapPeer, tablePeer } from './list-peers.ts';
import { benchSigner, million, StoredHashes, timed, writeBenchList } from './list-world.ts';

/** What one entry may cost beside its record's own bytes, and with a pinned key in all. */
const mostOverhead = 64;
const mostPinned = 360;

/** Building a list of a million entries whose hashes are stored, with and without pinned keys. */
export const listBuild: Benchmark = {
  id: 'list-build',
  title: 'build a list of 1 M entries, hashes stored',
  run: measure,
};

async function measure(say: (text: string) => void): Promise<BenchmarkResult> {
  const signer = benchSigner();
  const hashes = new StoredHashes(million);
  say('without pinned keys');
  const before = process.cpuUsage();
  const plain = await timed(() => writeBenchList(hashes, false, signer));
  const { user, system } = process.cpuUsage(before);
  const bytesEach = plain.result.length / million;
  say('with pinned keys');
  const pinned = await timed(() => writeBenchList(hashes, true, signer));
  const pinnedBytesEach = pinned.result.length / million;
  say('a Map and a table of the same');
  const map = await timed(() => mapPeer(hashes).byCard.size);
  const table = await timed(() => {
    buildTable(hashes);
  });
  const aes = await timed(() => {
    sealOnly(Math.round(pinnedBytesEach) - mostOverhead);
  });
  const ownBytes = bytesEach - mostOverhead;
  return {
    id: 'list-build',
    value: plain.ms / 1000,
    unit: 's',
    reach: '≤ 10 s; ≤ 64 bytes an entry beside the record’s own, ≤ 360 with pinned keys',
    met: plain.ms <= 10_000 && pinnedBytesEach <= mostPinned && bytesEach <= 104,
    beside: [
      { name: 'with pinned keys (s)', value: pinned.ms / 1000, ratio: pinned.ms / plain.ms },
      {
        name: "node's AES-GCM of the rows with pinned keys and nothing else, on one core (s)",
        value: aes.ms / 1000,
        ratio: aes.ms / plain.ms,
      },
      { name: 'JS Maps of the same, unsealed (s)', value: map.ms / 1000, ratio: map.ms / plain.ms },
      { name: 'indexed SQLite table, unsealed (s)', value: table.ms / 1000, ratio: table.ms / plain.ms },
    ],
    note: `${bytesEach.toFixed(1)} bytes an entry, of which ${ownBytes.toFixed(1)} are the record’s own (all as long as the longest); ${pinnedBytesEach.toFixed(1)} with pinned RSA-2048 keys. Sealing is shared over all cores: ${((user + system) / 1e6).toFixed(1)} s of processor time without pinned keys, so other work on the machine shows. A row with a pinned key is eight times as long to take, seal and write: its floor is the sealing alone over the cores there are.`,
  };
}

/** As many texts of a length as the list has rows, each sealed under a key of its own. */
function sealOnly(length: number): void {
  const text = randomBytes(length);
  const nonce = randomBytes(12);
  for (let row = 0; row < million; row += 1) {
    const cipher = createCipheriv('aes-128-gcm', text.subarray(row % 64, (row % 64) + 16), nonce);
    cipher.update(text);
    cipher.final();
    cipher.getAuthTag();
  }
}

function buildTable(hashes: StoredHashes): void {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-'));
  try {
    tablePeer(hashes, join(folder, 'list.sqlite')).close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
