import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { benchmarks } from './all.ts';
import type { Results } from './page.ts';
import { withTable } from './readme-table.ts';

const readme = readFileSync('README.md', 'utf8');
const results = JSON.parse(readFileSync('benchmarks/results/latest.json', 'utf8')) as Results;

describe('the README’s table of figures', () => {
  it('is what the reference run measured', () => {
    expect(withTable(readme, results, benchmarks)).toBe(readme);
  });

  it('follows the results, and leaves all else as it is', () => {
    const [first] = results.results;
    if (first === undefined) throw new Error('The reference run has no result.');
    const slower = { ...first, value: 123456, met: false };
    const changed = withTable(readme, { ...results, results: [slower] }, benchmarks);
    expect(changed).toContain('123,000');
    expect(changed).toContain(`\`${first.id}\``);
    expect(withTable(changed, results, benchmarks)).toBe(readme);
  });

  it('refuses a README that has no place for it', () => {
    expect(() => withTable('# Kazasu', results, benchmarks)).toThrow('no place');
  });
});
