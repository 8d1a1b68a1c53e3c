import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changedCard } from '../card/faulty-card.ts';
import { foreignCard } from '../card/foreign-card.ts';
import { runOpensc } from '../opensc/opensc.ts';
import { type PrivatePcscd, startPrivatePcscd } from './private-pcscd.ts';

let folder: string;
let pcscd: PrivatePcscd;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-pcscd-'));
  pcscd = await startPrivatePcscd({ folder, readers: 3 });
});

afterEach(async () => {
  await pcscd.close();
  await rm(folder, { recursive: true });
});

/** The names of the readers that have a card, as a client sees them. */
async function occupied(): Promise<string[]> {
  const { said } = await runOpensc(pcscd.socket, 'opensc-tool', '--list-readers');
  return [...said.matchAll(/^\d+\s+Yes\s+(\S.*)$/gm)].map((match) => match[1] ?? '');
}

/** What a client hears that sends a command to the card on the first reader. */
async function send(command: string): Promise<string> {
  const options = ['--reader', '0', '--card-driver', 'default', '--send-apdu', command];
  return (await runOpensc(pcscd.socket, 'opensc-tool', ...options)).said;
}

describe('a private pcscd', () => {
  it('shows its readers by their names, and which has a card', async () => {
    await Promise.all([pcscd.insert(0, foreignCard()), pcscd.insert(2, foreignCard())]);
    expect(await occupied()).toEqual([pcscd.readerNames[0], pcscd.readerNames[2]]);
    await pcscd.remove(0);
    expect(await occupied()).toEqual([pcscd.readerNames[2]]);
    expect([0, 1, 2].map((reader) => pcscd.occupied(reader))).toEqual([false, false, true]);
  });

  it('carries commands to a card in this process, and its answers back', async () => {
    const heard: string[] = [];
    const card = changedCard(foreignCard(), {
      transmit: (command) => {
        heard.push(Buffer.from(command).toString('hex'));
        return Uint8Array.of(0xca, 0xfe, 0x90, 0x00);
      },
    });
    await pcscd.insert(0, card);
    expect(await send('00:84:00:00:02')).toMatch(/SW1=0x90, SW2=0x00/);
    expect(heard).toContain('0084000002');
  });

  it('carries long answers, and those that a card holds back', async () => {
    const long = Uint8Array.of(...new Uint8Array(256).fill(0x5a), 0x90, 0x00);
    const card = changedCard(foreignCard(), { transmit: () => long, delayOf: () => 20 });
    await pcscd.insert(0, card);
    const said = await send('00:B0:00:00:00');
    expect(said).toContain('SW1=0x90, SW2=0x00');
    expect(said.match(/5A/g)).toHaveLength(256);
  });

  it('lets a card leave in the middle of a command, and takes the next', async () => {
    await pcscd.insert(0, changedCard(foreignCard(), { transmit: () => undefined }));
    expect(await send('00:84:00:00:08')).not.toContain('Received (SW1');
    expect(pcscd.occupied(0)).toBe(false);
    await pcscd.insert(0, foreignCard());
    expect(await send('00:84:00:00:08')).toContain('SW1=0x6D, SW2=0x00');
  });

  it.each([
    ['none', 0],
    ['one byte', 1],
    ['64 kB', 65_538],
  ])('lives through answers of %s', async (_, length) => {
    await pcscd.insert(0, changedCard(foreignCard(), { transmit: () => new Uint8Array(length) }));
    expect(await send('00:84:00:00:08')).not.toContain('SW1=0x90');
    await pcscd.remove(0);
    await pcscd.insert(0, foreignCard());
    expect(await send('00:84:00:00:08')).toContain('SW1=0x6D, SW2=0x00');
  });

  it('comes back after it was killed, with the cards still on their readers', async () => {
    await pcscd.insert(0, foreignCard());
    await pcscd.stop();
    expect((await runOpensc(pcscd.socket, 'opensc-tool', '--list-readers')).said).not.toContain('Virtual');
    await pcscd.insert(1, foreignCard());
    await pcscd.start();
    expect(await occupied()).toEqual([pcscd.readerNames[0], pcscd.readerNames[1]]);
    expect(await send('00:84:00:00:08')).toContain('SW1=0x6D, SW2=0x00');
  });

  it('leaves nothing behind', async () => {
    await pcscd.insert(0, foreignCard());
    await pcscd.close();
    expect(await readdir(folder)).toEqual([]);
    await expect(pcscd.start()).rejects.toMatchObject({ code: 'closed' });
  });

  it('refuses a second card on a reader, and readers that it does not have', async () => {
    await pcscd.insert(0, foreignCard());
    await expect(pcscd.insert(0, foreignCard())).rejects.toMatchObject({ code: 'reader-occupied' });
    await expect(pcscd.insert(3, foreignCard())).rejects.toMatchObject({ code: 'no-such-reader' });
  });
});

describe('starting a private pcscd', () => {
  it.each([0, 17, 1.5])('refuses %f readers', async (readers) => {
    await expect(startPrivatePcscd({ folder, readers })).rejects.toMatchObject({ code: 'too-many-readers' });
  });

  it('refuses a folder that pcscd cannot name', async () => {
    const spaced = startPrivatePcscd({ folder: join(folder, 'a b') });
    await expect(spaced).rejects.toMatchObject({ code: 'pcscd-not-started' });
    const long = startPrivatePcscd({ folder: join(folder, 'x'.repeat(100)) });
    await expect(long).rejects.toMatchObject({ code: 'pcscd-not-started' });
  });

  it('names the program that is missing', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await expect(startPrivatePcscd({ folder })).rejects.toMatchObject({ code: 'missing-program' });
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('is undone by the death of the process that started it', async () => {
    const bundle = join(folder, 'start.mjs');
    const source = fileURLToPath(new URL('private-pcscd.ts', import.meta.url));
    await build({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', outfile: bundle });
    const home = join(folder, 'short-lived');
    const script = `
      const { startPrivatePcscd } = await import(${JSON.stringify(pathToFileURL(bundle).href)});
      await startPrivatePcscd({ folder: ${JSON.stringify(home)}, readers: 1 });
      process.stdout.write('started');
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
    try {
      await once(parent.stdout, 'data');
      const pid = Number.parseInt(await readFile(join(home, 'pcscd.pid'), 'utf8'), 10);
      expect(isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      await vi.waitFor(
        () => {
          expect(isAlive(pid)).toBe(false);
        },
        { timeout: 20_000 },
      );
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('works beside another one', async () => {
    const other = await startPrivatePcscd({ folder: join(folder, 'other'), readers: 1 });
    try {
      await other.insert(0, foreignCard());
      expect(await occupied()).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
