import { type Command, InvalidArgumentError } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { readyCheck, type ReadyReport } from '../check/ready-check.ts';
import { readConfig, type GateConfig } from '../config/config.ts';
import { openPrinter } from '../receipt/open-printer.ts';
import { ReceiptError } from '../receipt/receipt-error.ts';
import { renderSlip } from '../receipt/slip.ts';
import { readyCheckSlip } from '../service/slips.ts';

interface CheckOptions {
  readonly config: string;
  readonly card?: boolean;
  readonly wait: number;
  readonly print?: boolean;
}

/** Adds `check`: the ready check before doors. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('Looks at all that the gate needs before doors; each is ready, or it says how to mend it.')
    .requiredOption('--config <file>', 'the gate’s configuration, JSON or TOML')
    .option('--card', 'also wait for a test card, and take it through all that a tap does')
    .option('--wait <seconds>', 'how long to wait for the test card', readSeconds, 30)
    .option('--print', 'also print the report; a gate that is running prints it from its staff screen')
    .action(async ({ config: file, card, wait, print }: CheckOptions, command: Command) => {
      const config = readConfig(file);
      const console = consoleOf(command);
      const testCard = {
        milliseconds: wait * 1000,
        onStatus: () => {
          console.note('Hold a test card to the reader.');
        },
      };
      const report = await readyCheck({
        config,
        pin: () => readPin(TOKEN_PIN),
        ...(card === true ? { testCard } : {}),
      });
      if (!report.ready) process.exitCode = 1;
      console.result(report, inWords(report));
      if (print === true) await printReport(report, config);
    });
}

async function printReport(report: ReadyReport, { gate, printer: address }: GateConfig): Promise<void> {
  if (address === undefined) {
    throw new ReceiptError(
      'not-sent',
      'This gate has no printer; name one by "printer" in its configuration.',
    );
  }
  const printer = openPrinter(address);
  try {
    const slip = readyCheckSlip(report, gate, Date.now());
    await printer.print(renderSlip(slip, { columns: printer.columns, copy: false }));
  } finally {
    printer.close();
  }
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
