import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');
const built = import.meta.filename.endsWith('.js') ? join(root, '..', 'dist') : join(root, 'dist');
const program = join(built, 'gate', 'kazasu-gate.js');

/** A `kazasu-gate kiosk` of its own process. */
export interface KioskProcess {
  readonly url: string;
  /** All that it said so far, on both ways. */
  said(): string;
  /** Asks it to end; answers its exit status. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts the kiosk's program, as it was built, and resolves when it serves its screen. It must not share a
 * process with the virtual cards, as no command of the gate may.
 */
export async function startKioskProcess(options: {
  readonly config: string;
  readonly environment: Readonly<Record<string, string>>;
}): Promise<KioskProcess> {
  const child: ChildProcess = spawn(
    process.execPath,
    [program, 'kiosk', '--json', '--config', options.config],
    { env: { ...process.env, ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  const ended = once(child, 'exit');
  if (child.stdout === null || child.stderr === null) throw new Error('It has no pipes.');
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const serving = new Promise<string>((resolve) => {
    createInterface({ input: child.stderr ?? process.stdin }).on('line', (line) => {
      lines.push(line);
      const url = /"url":"(http:[^"]+)"/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([
    serving,
    ended.then(() => {
      throw new Error(`The kiosk ended: ${lines.slice(-3).join(' ')}`);
    }),
  ]);
  return {
    url,
    said: () => lines.join('\n'),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}
