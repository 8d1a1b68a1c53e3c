import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNamedPins, readPin, TOKEN_PIN } from './pin.ts';

const unattended = { ...TOKEN_PIN, unattended: true };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-pin-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(text: string): string {
  const file = join(folder, 'pin');
  writeFileSync(file, text);
  return file;
}

describe('a PIN', () => {
  it.each(['1234 5678', '1234 5678\n', '1234 5678\r\n'])(
    'comes from a file, without the end of its line (%j)',
    async (text) => {
      expect(await readPin({ ...unattended, environment: {}, file: fileOf(text) })).toBe('1234 5678');
    },
  );

  it('comes from an open file descriptor', async () => {
    const fd = openSync(fileOf('from-fd\n'), 'r');
    expect(await readPin({ ...unattended, environment: {}, fd })).toBe('from-fd');
    closeSync(fd);
  });

  it('comes from the environment', async () => {
    expect(await readPin({ ...unattended, environment: { KAZASU_PIN: 'from-env' } })).toBe('from-env');
  });

  it('comes from systemd’s credentials', async () => {
    mkdirSync(join(folder, 'credentials'));
    writeFileSync(join(folder, 'credentials', 'kazasu-pin'), 'from-credential\n');
    const environment = { CREDENTIALS_DIRECTORY: join(folder, 'credentials') };
    expect(await readPin({ ...unattended, environment })).toBe('from-credential');
  });

  it('that was asked for in one place comes from there and nowhere else', async () => {
    const file = fileOf('from-file');
    expect(await readPin({ ...unattended, environment: { KAZASU_PIN: 'from-env' }, file })).toBe('from-file');
  });

  it.each(['', '\n', 'two\nlines', 'zero\0byte'])('is one line, and not empty (%j)', async (text) => {
    await expect(readPin({ ...unattended, environment: {}, file: fileOf(text) })).rejects.toMatchObject({
      code: 'pin-missing',
    });
  });

  it('that is nowhere is missed, and where to put it is said', async () => {
    await expect(readPin({ ...unattended, environment: {} })).rejects.toMatchObject({
      code: 'pin-missing',
      message: expect.stringContaining('KAZASU_PIN') as string,
    });
    await expect(readPin({ ...unattended, file: join(folder, 'none') })).rejects.toMatchObject({
      code: 'pin-missing',
    });
  });

  it('is not read from a folder, nor from a closed descriptor', async () => {
    await expect(readPin({ ...unattended, file: folder })).rejects.toMatchObject({ code: 'pin-missing' });
    await expect(readPin({ ...unattended, fd: 9999 })).rejects.toMatchObject({ code: 'pin-missing' });
  });

  it('of several persons comes from lines with their names, and may have a colon in it', () => {
    const pins = readNamedPins(fileOf('Aoki Hana:pin:of:aoki\nBaba:pin-of-baba\n'));
    expect([...pins]).toEqual([
      ['Aoki Hana', 'pin:of:aoki'],
      ['Baba', 'pin-of-baba'],
    ]);
  });
});
