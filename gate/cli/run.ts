import type { Command } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import type { Console } from '../../hsm/program/console.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { readyCheck } from '../check/ready-check.ts';
import { readConfig } from '../config/config.ts';
import { present } from '../decide/presentation.ts';
import { watchPcscReaders } from '../reader/pcsc-reader.ts';
import { GateService } from '../service/gate-service.ts';
import { gateApp } from '../service/http/gate-app.ts';
import { serveApp } from '../http/serve-app.ts';
import { openLog } from '../log.ts';
import { printReceipts } from '../service/receipts.ts';
import { closingSlip } from '../service/slips.ts';
import { ServiceManager } from '../service/service-manager.ts';
import { GateIdentity } from '../sync/gate-identity.ts';
import { TicketingSync } from '../sync/ticketing-sync.ts';
import type { Tapped } from '../tap/tap.ts';
import { stopSignal } from './stop-signal.ts';

/** How long a gate that closes waits for its slip to come out, in milliseconds. */
const longestSlip = 10_000;

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
  const pin = await readPin(TOKEN_PIN);
  const { log, flush } = openLog(console, { gate: config.gate });

  const service = new GateService({ config, pin, log });
  const reader = watchPcscReaders(
    { reader: config.reader },
    {
      onCard: (card) => {
        // What a tap brings up is the service's to log.
        service.tap(card).then(
          (tapped) => {
            report(tapped, config.gate, console);
          },
          () => undefined,
        );
      },
      onStatus: (status) => {
        service.readersAre(status);
      },
    },
  );
  const { listen, printer, ticketing } = config;
  const identity = new GateIdentity(config, pin);
  const sync =
    ticketing === undefined
      ? undefined
      : new TicketingSync({ service, url: ticketing, identity: () => identity.signer(), log });
  const receipts = printer === undefined ? undefined : printReceipts(service, { printer, log });
  const screens =
    listen === 'off'
      ? undefined
      : serveApp(
          gateApp(service, {
            listen,
            log,
            readyCheck: () =>
              readyCheck({
                config,
                pin: () => Promise.resolve(pin),
                printer: () => receipts?.state().printer,
              }),
            ...(receipts === undefined ? {} : { receipts }),
          }),
          listen,
          log,
        );

  const manager = new ServiceManager({ log, alive: () => service.alive });
  manager.ready();

  await stopped;
  manager.stopping();
  await reader.close();
  const closing = await service.stop();
  await sync?.finish();
  identity.close();
  // What is not signed is whole on disk; but whoever hands it over now cannot show that it is.
  if (closing !== undefined && closing.checkpoint === undefined) process.exitCode = 1;
  if (closing !== undefined && receipts !== undefined) {
    const slip = closingSlip(closing, service.ticketing?.countersigned?.shortForm);
    await receipts.printNow(slip, longestSlip);
  }
  await screens?.close();
  await receipts?.close();
  flush();
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
