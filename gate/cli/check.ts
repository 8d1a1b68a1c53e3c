import { type Command, InvalidArgumentError } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { readyCheck, type ReadyReport } from '../check/ready-check.ts';
import { readConfig } from '../config/config.ts';

interface CheckOptions {
  readonly config: string;
  readonly card?: boolean;
  readonly wait: number;
}

/** Adds `check`: the ready check before doors. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('Looks at all that the gate needs before doors; each is ready, or it says how to mend it.')
    .requiredOption('--config <file>', 'the gate’s configuration, JSON or TOML')
    .option('--card', 'also wait for a test card, and take it through all that a tap does')
    .option('--wait <seconds>', 'how long to wait for the test card', readSeconds, 30)
    .action(async ({ config, card, wait }: CheckOptions, command: Command) => {
      const console = consoleOf(command);
      const testCard = {
        milliseconds: wait * 1000,
        onStatus: () => {
          console.note('Hold a test card to the reader.');
        },
      };
      const report = await readyCheck({
        config: readConfig(config),
        pin: () => readPin(TOKEN_PIN),
        ...(card === true ? { testCard } : {}),
      });
      if (!report.ready) process.exitCode = 1;
      console.result(report, inWords(report));
    });
}

function inWords({ ready, items }: ReadyReport): string {
  const lines = items.map((each) => `${each.ready ? '✔' : '✘'} ${each.item.padEnd(21)} ${each.text}`);
  const missing = items.filter((each) => !each.ready).length;
  return [...lines, '', ready ? 'The gate is ready.' : `Not ready: ${missing} to mend.`].join('\n');
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 3600)) throw new InvalidArgumentError('It must be seconds, 3600 at most.');
  return seconds;
}
