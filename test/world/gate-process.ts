import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { verdictNames } from '../../gate/decide/verdict.ts';

const root = join(import.meta.dirname, '..', '..');
const built = import.meta.filename.endsWith('.js') ? join(root, '..', 'dist') : join(root, 'dist');

/** One line of `kazasu-gate run --json`, as 9-contracts.md has it. */
const tapLine = z.strictObject({
  at: z.iso.datetime(),
  gate: z.string(),
  verdict: z.enum(verdictNames),
  ticket: z.string().optional(),
  seat: z.string().optional(),
  ms: z.strictObject({ total: z.number(), card: z.number(), hsm: z.number(), own: z.number() }),
  code: z.string().optional(),
});
export type TapLine = z.output<typeof tapLine>;

/** A `kazasu-gate run` of its own process. */
export interface GateProcess {
  readonly pid: number;
  /** The next tap's line; rejects where the gate ends before it. */
  nextTap(): Promise<TapLine>;
  /** What it said on stderr so far: its log's sentences. */
  readonly notes: readonly string[];
  /** Resolves when it says, from now on, something that begins so. */
  said(beginning: string): Promise<void>;
  /** Asks it to end; answers its exit status. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts the gate's program, as it was built, and resolves when it is open and has its readers.
 *
 * @example
 * const gate = await startGateProcess({ config, environment: { ...world.gateEnvironment, PCSCLITE_CSOCK_NAME: socket } });
 */
export async function startGateProcess(options: {
  readonly config: string;
  readonly environment: Readonly<Record<string, string>>;
}): Promise<GateProcess> {
  const child = spawn(
    process.execPath,
    [join(built, 'gate', 'kazasu-gate.js'), 'run', '--json', '--config', options.config],
    { env: { ...process.env, ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const notes: string[] = [];
  const lines: TapLine[] = [];
  const waiting: { resolve: (line: TapLine) => void; reject: (error: Error) => void }[] = [];
  const ended = once(child, 'exit');
  const why = (): Error => new Error(`The gate ended: ${notes.slice(-3).join(' ')}`);
  void ended.then(() => {
    for (const each of waiting.splice(0)) each.reject(why());
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = tapLine.parse(JSON.parse(text));
    const first = waiting.shift();
    if (first === undefined) lines.push(line);
    else first.resolve(line);
  });
  const listening = new Set<(note: string) => void>();
  const isOpen = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (text) => {
      const note = sentenceIn(text);
      notes.push(note);
      for (const listen of listening) listen(note);
      const said = (start: string): boolean => notes.some((note) => note.startsWith(start));
      if (notes.some((note) => /^Gate \S+ is open/.test(note)) && said('Readers: ')) resolve();
    });
  });
  await Promise.race([
    isOpen,
    ended.then(() => {
      throw why();
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    notes,
    said: (beginning) =>
      new Promise((resolve) => {
        const listen = (note: string): void => {
          if (!note.startsWith(beginning)) return;
          listening.delete(listen);
          resolve();
        };
        listening.add(listen);
      }),
    nextTap: () =>
      new Promise((resolve, reject) => {
        const line = lines.shift();
        if (line !== undefined) resolve(line);
        else if (child.exitCode !== null || child.signalCode !== null) reject(why());
        else waiting.push({ resolve, reject });
      }),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** A line of the log is JSON with its sentence in `msg`; what Node itself writes there is not. */
function sentenceIn(line: string): string {
  try {
    return z.object({ msg: z.string() }).parse(JSON.parse(line)).msg;
  } catch {
    return line;
  }
}
