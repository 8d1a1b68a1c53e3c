import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTakenVersions } from './versions-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'kazasu-versions-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the record of versions taken', () => {
  it('only rises, per event and session, and outlives the program', () => {
    const file = join(folder, 'versions.sqlite');
    const first = openTakenVersions(file);
    expect(first.highest('e', 's')).toBeUndefined();
    for (const version of [7, 5, 7]) first.record('e', 's', version);
    first.record('e', 't', 2);
    first.close();
    const second = openTakenVersions(file);
    expect([second.highest('e', 's'), second.highest('e', 't'), second.highest('f', 's')]).toEqual([
      7,
      2,
      undefined,
    ]);
    second.record('e', 's', 8);
    expect(second.highest('e', 's')).toBe(8);
    second.close();
  });
});
