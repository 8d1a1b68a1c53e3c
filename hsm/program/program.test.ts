import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '../coded-error.ts';
import { Progress } from './progress.ts';
import { consoleOf, createProgram, runProgram } from './program.ts';

class DoorError extends CodedError<'shut'> {}

let stdout: string;
let stderr: string;

beforeEach(() => {
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

function door() {
  const program = createProgram('door', 'A door.').configureOutput({
    writeErr: (text) => (stderr += text),
    writeOut: (text) => (stdout += text),
  });
  program
    .command('open')
    .argument('[name]')
    .action((name: string | undefined, _options: object, command: Command) => {
      if (name === 'cellar') throw new DoorError('shut', 'The cellar is shut: fetch the key.');
      if (name === 'attic') throw new Error('hinge');
      consoleOf(command).result({ door: name }, `The ${name ?? 'front'} door is open.`);
    });
  return program;
}

describe('a program', () => {
  it('answers in words on stdout and ends with 0', async () => {
    expect(await runProgram(door(), ['open', 'barn'])).toBe(0);
    expect(stdout).toBe('The barn door is open.\n');
  });

  it('answers machines with one JSON object a line, wherever --json stands', async () => {
    expect(await runProgram(door(), ['open', 'barn', '--json'])).toBe(0);
    expect(await runProgram(door(), ['--json', 'open', 'shed'])).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ door: 'barn' }, { door: 'shed' }]);
  });

  it('ends with 1 and says why when it refuses, with the code for machines', async () => {
    expect(await runProgram(door(), ['open', 'cellar', '--json'])).toBe(1);
    expect(stderr).toBe('The cellar is shut: fetch the key.\n');
    expect(JSON.parse(stdout)).toEqual({ error: 'shut', reason: 'The cellar is shut: fetch the key.' });
  });

  it('names what it did not expect as such', async () => {
    expect(await runProgram(door(), ['open', 'attic'])).toBe(1);
    expect(stderr).toBe('Unexpected: hinge\n');
  });

  it('ends with 2 on wrong use', async () => {
    expect(await runProgram(door(), ['paint'])).toBe(2);
    expect(await runProgram(door(), ['open', '--wide'])).toBe(2);
    expect(stderr).toContain('--help');
  });

  it('ends with 0 after its help', async () => {
    expect(await runProgram(door(), ['--help'])).toBe(0);
    expect(stdout).toContain('Usage: door');
  });
});

describe('a progress bar', () => {
  it('draws on a terminal and is silent in a pipe', () => {
    const lines: string[] = [];
    const write = (text: string): boolean => lines.push(text) > 0;
    const pipe = new Progress('Sealing', 10, { isTTY: false, write } as unknown as NodeJS.WriteStream);
    pipe.at(10);
    pipe.end();
    expect(lines).toEqual([]);
    const terminal = new Progress('Sealing', 10, { isTTY: true, write } as unknown as NodeJS.WriteStream);
    terminal.at(10);
    terminal.end();
    expect(lines.join('')).toContain('100 % (10/10)\n');
  });
});
