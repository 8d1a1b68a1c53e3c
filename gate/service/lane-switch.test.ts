import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LaneSwitch } from './lane-switch.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-lane-switch-'));
  file = join(folder, 'lane.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the switch of a lane', () => {
  it('is open where nobody closed it', () => {
    expect(new LaneSwitch(file).open).toBe(true);
  });

  it('stays closed over a restart, until it is opened', () => {
    new LaneSwitch(file).set(false);
    const after = new LaneSwitch(file);
    expect(after.open).toBe(false);
    after.set(true);
    expect(new LaneSwitch(file).open).toBe(true);
  });

  it('is closed where nobody can tell any more', () => {
    writeFileSync(file, '{"open":tr');
    expect(new LaneSwitch(file).open).toBe(false);
  });
});
