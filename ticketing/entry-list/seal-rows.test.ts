import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesOf } from '../../test/entry-list/sample.ts';
import type { RowsToSeal } from './rows-to-seal.ts';
import { sealAllRows, type Team } from './seal-rows-in-threads.ts';

const count = 700;
const folder = mkdtempSync(join(tmpdir(), 'kazasu-threads-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The thread's program as the build makes it: node 20 does not load TypeScript into a thread. */
function threadProgram(): URL {
  const outfile = join(folder, 'thread.mjs');
  const source = fileURLToPath(new URL('./seal-rows-thread.ts', import.meta.url));
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm' });
  return pathToFileURL(outfile);
}

function rowsToSeal(): RowsToSeal {
  const shared = (bytes: Uint8Array): Uint8Array => {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  };
  return {
    salt: bytesOf('salt'),
    id: bytesOf('id'),
    recordSize: 20 + 16,
    hashes: shared(bytesOf('hashes', count * 32)),
    ticketHashes: shared(bytesOf('tickets', count * 32)),
    repeats: shared(Uint8Array.from({ length: count }, (_, row) => (row % 5 === 0 ? 1 : 0))),
    plain: shared(bytesOf('records', count * 20)),
    order: Uint32Array.from({ length: count }, (_, row) => (row + 13) % count),
    starts: Uint32Array.from({ length: count + 1 }, (_, entry) => entry * 20),
    tags: shared(new Uint8Array(count * 16)),
    records: shared(new Uint8Array(count * 36)),
    ticketRows: shared(new Uint8Array(count * 28)),
  };
}

describe('sealing in threads', () => {
  it('makes the same bytes as sealing here, and tells of every row', async () => {
    const [here, there] = [rowsToSeal(), rowsToSeal()];
    const told: number[] = [];
    await sealAllRows(here, () => undefined);
    await sealAllRows(there, (sealed) => told.push(sealed), { size: 3, file: threadProgram() });
    expect(Buffer.from(there.tags)).toEqual(Buffer.from(here.tags));
    expect(Buffer.from(there.records)).toEqual(Buffer.from(here.records));
    expect(Buffer.from(there.ticketRows)).toEqual(Buffer.from(here.ticketRows));
    expect(told.at(-1)).toBe(count);
  });

  it('fails when a thread fails', async () => {
    const team: Team = { size: 2, file: pathToFileURL(join(folder, 'not-there.mjs')) };
    await expect(sealAllRows(rowsToSeal(), () => undefined, team)).rejects.toThrow();
  });
});
