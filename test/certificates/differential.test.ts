import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { corpus } from './corpus.ts';
import { makeCorpusKeys } from './keys.ts';
import { differences } from './openssl-differences.ts';
import { opensslAccepts } from './openssl-verify.ts';

const keys = await makeCorpusKeys();
const folder = await mkdtemp(join(tmpdir(), 'kazasu-openssl-'));
afterAll(() => rm(folder, { recursive: true }));

const items = corpus(keys).map((item, index) => ({ item, index, title: item.title }));
const explained = differences.flatMap(({ openssl, titles }) => titles.map((title) => ({ openssl, title })));

describe('our rule beside openssl verify', () => {
  it.each(items)('agrees, or differs as the table says, on $title', async ({ item, index }) => {
    const ours = item.expected === 'accepted' ? 'accepts' : 'refuses';
    const theirs = (await opensslAccepts(item, { keys, folder, index })) ? 'accepts' : 'refuses';
    const difference = explained.find(({ title }) => title === item.title);
    expect({ openssl: theirs, explained: difference?.openssl }).toEqual({
      openssl: difference?.openssl ?? ours,
      explained: ours === theirs ? undefined : theirs,
    });
  });

  it('has no line in the table for a certificate that is not in the corpus, and none twice', () => {
    const titles = explained.map(({ title }) => title);
    expect(titles.filter((title) => !items.some((each) => each.title === title))).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
