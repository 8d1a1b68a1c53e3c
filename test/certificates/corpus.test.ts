import { describe, expect, it } from 'vitest';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import { refusalCodes } from '../../hsm/certificate/refusal.ts';
import { importRoot } from '../../hsm/certificate/root.ts';
import { AT, corpus, rootsOf } from './corpus.ts';
import { writeCertificate } from './describe-certificate.ts';
import { makeCorpusKeys } from './keys.ts';

const keys = await makeCorpusKeys();
const items = corpus(keys);

describe('the corpus of certificates', () => {
  it('has at least 80, each with a title of its own', () => {
    expect(items.length).toBeGreaterThanOrEqual(80);
    expect(new Set(items.map((item) => item.title)).size).toBe(items.length);
  });

  it('has one for every reason to refuse', () => {
    const expected = new Set<string>(items.map((item) => item.expected));
    expect(refusalCodes.filter((code) => !expected.has(code))).toEqual([]);
  });

  it.each(items)('answers $expected to $title', (item) => {
    const answer = checkCertificate(writeCertificate(item.certificate), {
      purpose: item.purpose ?? 'authentication',
      roots: rootsOf(item, keys).map((root) => importRoot(writeCertificate(root))),
      at: new Date(item.at ?? AT),
    });
    expect(answer.verdict === 'accepted' ? 'accepted' : answer.code).toBe(item.expected);
  });
});
