import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram, runProgram } from '../../hsm/program/program.ts';
import { startNetworkPrinter, type NetworkPrinter } from '../../test/printer/network-printer.ts';
import { textOf } from '../../test/printer/paper.ts';
import { addPrinterCommands } from './printer.ts';

let folder: string;
let device: NetworkPrinter;
let stdout: string;
let stderr: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-printer-'));
  device = await startNetworkPrinter();
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (stdout += String(text)) !== '');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (stderr += String(text)) !== '');
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await device.close();
  rmSync(folder, { recursive: true });
});

function run(...words: string[]): Promise<0 | 1 | 2> {
  const program = createProgram('kazasu-gate', 'The terminal.');
  addPrinterCommands(program);
  return runProgram(program, ['printer', ...words]);
}

describe('kazasu-gate printer', () => {
  it('check says in words that the printer is ready', async () => {
    expect(await run('check', '--printer', device.address)).toBe(0);
    expect(stdout).toBe('The printer is ready.\n');
  });

  it('check says for machines what keeps it from printing, and ends with 1', async () => {
    device.printer.loadPaper(0);
    expect(await run('check', '--printer', device.address, '--json')).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'paper-out', prints: false });
  });

  it('test prints a sample by a template of one’s own', async () => {
    const template = join(folder, 'own.receipt');
    writeFileSync(template, '^^^{seat}\n{ticket}');
    expect(await run('test', '--printer', device.address, '--template', template)).toBe(0);
    expect(device.printer.slips.flatMap(textOf)).toEqual(['1階 A列 12番', 'K-0001']);
    expect(stdout).toBe('A sample receipt is printed.\n');
  });

  it('test refuses a printer that is gone', async () => {
    await device.switchOff();
    expect(await run('test', '--printer', device.address)).toBe(1);
    expect(stderr).toContain('The printer cannot be reached; check its power and its cable.');
  });

  it('preview draws the receipt, and fetches nothing to show it', async () => {
    const out = join(folder, 'receipt.svg');
    expect(await run('preview', '--out', out)).toBe(0);
    const svg = readFileSync(out, 'utf8');
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('番');
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|url\(["']?[^#"')]|@import/,
    );
  });

  it.each([
    [['check', '--printer', 'lpt1'], 1, "This is not a printer's address"],
    [['check'], 2, '--printer'],
    [['preview', '--out', 'x.svg', '--columns', '7'], 2, 'from 24 to 96'],
    [['preview', '--out', '/nowhere/x.svg'], 1, 'cannot be written'],
    [['preview', '--out', 'x.svg', '--template', '/nowhere/t'], 1, 'cannot be read'],
  ] as const)('says what is wrong with %j', async (words, status, why) => {
    expect(await run(...words)).toBe(status);
    expect(stderr).toContain(why);
  });
});
