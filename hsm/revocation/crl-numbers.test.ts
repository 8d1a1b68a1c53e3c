import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CrlNumbersFile, CrlNumbersInMemory } from './crl-numbers.ts';

const line = 'ab'.repeat(32);

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-numbers-'));
  path = join(folder, 'numbers.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the record of list numbers', () => {
  it('is empty at first, and keeps the highest over a restart', () => {
    const numbers = new CrlNumbersFile(path);
    expect(numbers.highest(line)).toBeUndefined();
    numbers.raise(line, 5n);
    numbers.raise(line, (1n << 150n) + 1n);
    numbers.raise(line, 6n);
    expect(numbers.highest(line)).toBe((1n << 150n) + 1n);
    expect(new CrlNumbersFile(path).highest(line)).toBe((1n << 150n) + 1n);
    expect(readdirSync(folder)).toEqual(['numbers.json']);
  });

  it('keeps zero, too', () => {
    new CrlNumbersFile(path).raise(line, 0n);
    expect(new CrlNumbersFile(path).highest(line)).toBe(0n);
  });

  it.each(['', '{}', 'null', '{"format":"kazasu/crl-numbers/v1","highest":{"x":"1"}}'])(
    'is an error where it is damaged, never empty: %j',
    (text) => {
      writeFileSync(path, text);
      expect(() => new CrlNumbersFile(path)).toThrow(expect.objectContaining({ code: 'record-damaged' }));
    },
  );

  it('rises in memory alone, too', () => {
    const numbers = new CrlNumbersInMemory();
    numbers.raise(line, 5n);
    numbers.raise(line, 4n);
    expect(numbers.highest(line)).toBe(5n);
  });
});
