import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RecordSeal } from '../../ticketing/entry-list/record-seal.ts';
import { clearEventKey } from './event-key.ts';
import { bytesOf, sampleCard } from './sample.ts';
import { makeVectors } from './vectors.ts';

const folder = new URL('../vectors/entry-list/', import.meta.url);

// `KAZASU_WRITE_VECTORS=1 npx vitest run test/entry-list` writes them anew. What a reader of today could not
// read is another format, and needs another version.
if (process.env['KAZASU_WRITE_VECTORS'] === '1') {
  for (const [name, bytes] of await makeVectors()) writeFileSync(new URL(name, folder), bytes);
}

describe('the vectors', () => {
  it('are what the code writes today', async () => {
    for (const [name, bytes] of await makeVectors()) {
      const kept = readFileSync(new URL(name, folder));
      expect(
        Buffer.compare(kept, bytes),
        `${name} differs: write the vectors anew, or raise the version`,
      ).toBe(0);
    }
  });

  it('are those of the worked example in FORMAT.md', async () => {
    const format = readFileSync(new URL('../../ticketing/entry-list/FORMAT.md', import.meta.url), 'utf8');
    const example = format.slice(format.indexOf('## A worked example')).replaceAll(/\s+/g, '');
    const list = readFileSync(new URL('list.kazasu', folder));
    const key = clearEventKey(bytesOf('vector event key'));
    const hash = await key.serialHash(sampleCard(1));
    const ticketHash = await key.ticketHash('V-0001');
    const id = /^ {4}id +([0-9a-f]{64})$/m.exec(format)?.[1] ?? '';
    const sealer = new RecordSeal(bytesOf('salt of list.kazasu'), Buffer.from(id, 'hex'));
    const recordKey = sealer.recordKey(hash);
    const sealed = list.subarray(748, 748 + 73);
    const values = [
      bytesOf('vector event key'),
      bytesOf('salt of list.kazasu'),
      hash,
      recordKey,
      sealed,
      sealer.openRecord(recordKey, hash.subarray(0, 16), sealed),
      ticketHash,
      list.subarray(1051, 1051 + 28),
      sealer.maskLink(ticketHash, new Uint8Array(20)),
    ];
    for (const value of values) expect(example).toContain(Buffer.from(value).toString('hex'));
    expect(list).toHaveLength(1123);
  });
});
