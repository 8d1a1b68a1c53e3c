import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const links = [...readFileSync('SECURITY.md', 'utf8').matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(
  ([, text = '', file = '']) => ({ text, file }),
);

describe('the threat model', () => {
  it('names what stops each threat', () => {
    expect(links.length).toBeGreaterThan(40);
  });

  it.each(links)('“$text” is in $file', ({ text, file }) => {
    expect(existsSync(file)).toBe(true);
    if (file.endsWith('.test.ts')) expect(readFileSync(file, 'utf8')).toContain(text);
  });
});
