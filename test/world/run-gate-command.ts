import { execFile } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'dist', 'gate', 'kazasu-gate.js');

/** How a command of `kazasu-gate` ended, and what it said. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command of the gate's program, as it was built, in a process of its own. It must not share one with
 * the virtual cards: making a PC/SC context blocks its process until pcscd answers, and pcscd may be waiting
 * for a card just then.
 *
 * @example
 * const { status, out } = await runGateCommand(['card', 'show', '--json'], { PCSCLITE_CSOCK_NAME: pcscd.socket });
 */
export function runGateCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    const child = execFile(process.execPath, [program, ...argv], { env }, (_, out, err) => {
      resolve({ status: child.exitCode ?? -1, out, err });
    });
  });
}
