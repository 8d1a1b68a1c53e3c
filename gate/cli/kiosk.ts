import type { Command } from 'commander';
import type { Console } from '../../hsm/program/console.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { serveApp } from '../http/serve-app.ts';
import { kioskApp } from '../kiosk/http/kiosk-app.ts';
import { readKioskConfig } from '../kiosk/kiosk-config.ts';
import { KioskService } from '../kiosk/kiosk-service.ts';
import { openLog } from '../log.ts';
import { watchPcscReaders } from '../reader/pcsc-reader.ts';
import { ServiceManager } from '../service/service-manager.ts';
import { stopSignal } from './stop-signal.ts';

/** Adds `kiosk`: where visitors apply for tickets, and tie tickets to their cards. */
export function addKioskCommand(program: Command): void {
  program
    .command('kiosk')
    .description('take applications and bindings with PINs until stopped (Ctrl-C, SIGTERM)')
    .requiredOption('--config <file>', 'the kiosk’s configuration, JSON or TOML')
    .action(async ({ config }: { config: string }, command: Command) => {
      await run(config, consoleOf(command));
    });
}

async function run(file: string, console: Console): Promise<void> {
  const config = readKioskConfig(file);
  const stopped = stopSignal();
  const pin = await readPin(TOKEN_PIN);
  const { log, flush } = openLog(console, { kiosk: config.kiosk });

  const service = new KioskService({ config, pin, log });
  // A line a visit, of which nothing is of the visitor.
  service.kiosk.listen((news) => {
    if (news.kind !== 'ended') return;
    const value = { at: new Date().toISOString(), kiosk: config.kiosk, outcome: news.outcome };
    console.result(value, `Visit: ${news.outcome}`);
  });
  const reader = watchPcscReaders(
    { reader: config.reader },
    {
      onCard: (card) => {
        service.cardArrived(card);
      },
      onStatus: (status) => {
        service.readersAre(status);
      },
    },
  );
  const { listen } = config;
  const screen = listen === 'off' ? undefined : serveApp(kioskApp(service, { listen, log }), listen, log);

  const manager = new ServiceManager({ log, alive: () => true });
  manager.ready();

  await stopped;
  manager.stopping();
  await reader.close();
  await screen?.close();
  await service.stop();
  flush();
}
