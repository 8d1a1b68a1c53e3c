import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

// The program as it is built: `npm test` builds it first.
const program = join(import.meta.dirname, '../../dist/gate/kazasu-gate.js');

const shown = z.object({ at: z.iso.datetime(), verdict: z.string(), ticket: z.string().optional() });
/** A tap as the gate showed it. */
export type Shown = z.output<typeof shown>;

/** What a gate showed and said until it was killed. */
export interface Life {
  readonly taps: readonly Shown[];
  readonly notes: readonly string[];
  /** Milliseconds from its start to the first that it showed as admitted, where it came to that. */
  readonly firstAdmission: number | undefined;
}

/**
 * Runs a gate until it has said a number of lines on either stream, or has admitted a number of cards, and
 * some milliseconds more; then kills it, and answers all that it had said by then.
 */
export async function runUntilKilled(options: {
  readonly config: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly after: { readonly lines: number } | { readonly admitted: number };
  readonly milliseconds: number;
}): Promise<Life> {
  const child = spawn(process.execPath, [program, 'run', '--json', '--config', options.config], {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const began = performance.now();
  const taps: Shown[] = [];
  const notes: string[] = [];
  let admitted = 0;
  let firstAdmission: number | undefined;
  let dying = false;
  const count = (): void => {
    const { after } = options;
    const isTime = 'lines' in after ? taps.length + notes.length >= after.lines : admitted >= after.admitted;
    if (dying || !isTime) return;
    dying = true;
    setTimeout(() => child.kill('SIGKILL'), options.milliseconds);
  };
  const out = createInterface({ input: child.stdout }).on('line', (line) => {
    const tap = shown.parse(JSON.parse(line));
    if (tap.verdict === 'admitted') {
      admitted += 1;
      firstAdmission ??= performance.now() - began;
    }
    taps.push(tap);
    count();
  });
  const error = createInterface({ input: child.stderr }).on('line', (line) => {
    notes.push(line);
    count();
  });
  // What it wrote before its end is read to the last line.
  await Promise.all([once(child, 'exit'), once(out, 'close'), once(error, 'close')]);
  if (child.signalCode !== 'SIGKILL')
    throw new Error(`The gate ended by itself: ${notes.slice(-3).join(' ')}`);
  return { taps, notes, firstAdmission };
}
