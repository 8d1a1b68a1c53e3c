import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendState, readState, whileLocked, writeState } from './state-folder.ts';
import { readRegister } from './terminal-key-register.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-state-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the state folder', () => {
  it('holds a file whole, the old one or the new, and nothing beside it', async () => {
    await writeState(folder, 'a.json', 'old');
    await writeState(folder, 'a.json', 'new');
    expect(await readState(folder, 'a.json')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('leaves nothing behind where a file cannot be put in its place', async () => {
    await writeState(join(folder, 'is-a-folder'), 'inside', 'x');
    await expect(writeState(folder, 'is-a-folder', 'y')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['is-a-folder']);
  });

  it('grows a file line by line', async () => {
    await appendState(folder, 'log', 'one');
    await appendState(folder, 'log', 'two');
    expect(await readState(folder, 'log')).toBe('one\ntwo\n');
  });

  it('is changed by one program at a time', async () => {
    const refused = whileLocked(folder, () => whileLocked(folder, () => Promise.resolve('inner')));
    await expect(refused).rejects.toMatchObject({ code: 'wrong-state' });
    expect(await whileLocked(folder, () => Promise.resolve('after'))).toBe('after');
  });

  it('is not kept locked by a program that is no more', async () => {
    // No process has this number: the kernel's largest is 2^22.
    writeFileSync(join(folder, '.kazasu-hsm.lock'), '99999999');
    expect(await whileLocked(folder, () => Promise.resolve('taken over'))).toBe('taken over');
  });

  it('says that the register of terminal keys is damaged, and does not begin a new one', async () => {
    for (const text of ['', '{}', '{"format":"kazasu/terminal-keys/v1","keys":[{}],"turns":[]}']) {
      writeFileSync(join(folder, 'terminal-keys.json'), text);
      await expect(readRegister(folder)).rejects.toMatchObject({ code: 'malformed' });
    }
  });
});
