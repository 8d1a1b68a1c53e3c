import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const servingLine = z.object({ serving: z.url(), publicUrl: z.url() });
const linkLine = z.object({ organisation: z.string(), link: z.url() });

/** A `kazasu-ticketing serve` of its own process. */
export interface ServiceProcess {
  readonly url: string;
  /** Its log: what it wrote to stderr so far. */
  readonly log: readonly string[];
  /** The next link by which somebody becomes an owner; rejects where it ends without one. */
  ownerLink(): Promise<string>;
  /** Everything that it wrote to stdout so far. */
  readonly said: readonly string[];
  /** Asks it to end; answers its exit status. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts it, and resolves when it is up; rejects with what it said where it is not. */
export async function startService(options: {
  readonly program: string;
  readonly folder: string;
  readonly config: string;
  readonly environment: NodeJS.ProcessEnv;
}): Promise<ServiceProcess> {
  const { program, folder: cwd, config, environment: env } = options;
  const child = spawn(process.execPath, [program, '--json', 'serve', '--config', config], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  const said: string[] = [];
  const closed = once(child, 'close');
  const isOver = closed.then(() => {
    throw new Error(`The service ended:\n${[...said, ...log].join('\n')}`);
  });
  isOver.catch(() => undefined);
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const lines = createInterface({ input: child.stdout });
  const lineOf = <Line>(schema: z.ZodType<Line>): Promise<Line> =>
    Promise.race([
      isOver,
      new Promise<Line>((resolve) => {
        const look = (line: string): void => {
          const read = schema.safeParse(JSON.parse(line));
          if (!read.success) return;
          lines.off('line', look);
          resolve(read.data);
        };
        lines.on('line', look);
        said.forEach(look);
      }),
    ]);
  lines.on('line', (line) => said.push(line));
  const { serving } = await lineOf(servingLine);
  return {
    url: serving,
    log,
    said,
    ownerLink: async () => (await lineOf(linkLine)).link,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}
