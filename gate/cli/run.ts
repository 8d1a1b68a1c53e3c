import type { Command } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import type { Console } from '../../hsm/program/console.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { readConfig } from '../config/config.ts';
import { present } from '../decide/presentation.ts';
import { watchPcscReaders } from '../reader/pcsc-reader.ts';
import type { ArrivedCard, ReaderStatus } from '../reader/reader.ts';
import { openGate, type Gate } from '../tap/open-gate.ts';
import type { Tapped } from '../tap/tap.ts';

/** Adds `run`: the terminal itself. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('open the gate and take taps until stopped (Ctrl-C, SIGTERM)')
    .requiredOption('--config <file>', 'the gate’s configuration, JSON or TOML')
    .action(async ({ config }: { config: string }, command: Command) => {
      await run(config, consoleOf(command));
    });
}

async function run(file: string, console: Console): Promise<void> {
  const config = readConfig(file);
  const stopped = stopSignal();
  const gate = await openGate({
    config,
    pin: await readPin(TOKEN_PIN),
    tell: (event) => {
      console.note(JSON.stringify(event));
    },
  });
  const taps = new Set<Promise<void>>();
  const reader = watchPcscReaders(
    { reader: config.reader },
    {
      onCard: (card) => {
        const done = takeTap(gate, card, config.gate, console).finally(() => taps.delete(done));
        taps.add(done);
      },
      onStatus: (status) => {
        console.note(sayReaders(status));
      },
    },
  );
  const { event, session, entries } = gate.session;
  console.note(`Gate ${config.gate} is open for ${event}, ${session}: ${entries} entries.`);

  const refreshing = setInterval(() => {
    gate.refresh().catch((error: unknown) => {
      console.failure(error);
    });
  }, 1000);

  await stopped;
  clearInterval(refreshing);
  await reader.close();
  await Promise.all(taps);
  await gate.close();
  console.note(`Gate ${config.gate} is closed; its journal is signed.`);
}

/** Whatever one tap brings up, the lane goes on. */
async function takeTap(gate: Gate, card: ArrivedCard, name: string, console: Console): Promise<void> {
  try {
    report(await gate.tap(card), name, console);
  } catch (error) {
    console.failure(error);
  }
}

/** One line a tap, for machines as 9-contracts.md has it. Of the visitor there is the ticket, nothing else. */
function report({ at, verdict, times }: Tapped, gate: string, console: Console): void {
  const ticket = 'ticket' in verdict ? verdict.ticket : undefined;
  const ms = {
    total: round(times.total),
    card: round(times.card),
    hsm: round(times.hsm),
    own: round(times.own),
  };
  const value = {
    at: new Date(at).toISOString(),
    gate,
    verdict: verdict.name,
    ...(ticket === undefined ? {} : { ticket: ticket.number }),
    ...(ticket?.seat === undefined ? {} : { seat: ticket.seat }),
    ms,
    ...('code' in verdict ? { code: verdict.code } : {}),
  };
  const seat = ticket?.seat === undefined ? '' : `  ${ticket.seat}`;
  console.result(value, `${verdict.name}${seat}  (${ms.total} ms)  ${present(verdict).staff.en}`);
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function sayReaders({ readers, problem }: ReaderStatus): string {
  return problem ?? `Readers: ${readers.join(', ')}.`;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}
