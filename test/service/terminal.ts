import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readyCheck } from '../../gate/check/ready-check.ts';
import { readConfig, type GateConfig } from '../../gate/config/config.ts';
import { watchPcscReaders } from '../../gate/reader/pcsc-reader.ts';
import { parsePrinterAddress } from '../../gate/receipt/printer-address.ts';
import { GateService } from '../../gate/service/gate-service.ts';
import { gateApp } from '../../gate/service/http/gate-app.ts';
import { serveApp } from '../../gate/http/serve-app.ts';
import type { Log } from '../../gate/log.ts';
import { printReceipts } from '../../gate/service/receipts.ts';
import { PinKeeper } from '../../gate/staff/pin-keeper.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../reader/private-pcscd.ts';
import type { Visitor } from '../world/visitors.ts';
import { openWorld, type World, type WorldOptions } from '../world/world.ts';

export const staffPin = 'raku-7315';
export const supervisorPin = 'kazaguruma-88';

/** A line of the log, with its fields. */
export interface Logged {
  readonly event: string;
  readonly text: string;
}

/** A running terminal on real parts, with its screens served. */
export interface Terminal {
  readonly world: World;
  readonly config: GateConfig;
  readonly service: GateService;
  readonly pcscd: PrivatePcscd;
  readonly url: string;
  readonly log: readonly Logged[];
  /** Holds a visitor's card until the service has its verdict, and takes it away. */
  hold(card: VirtualCard): Promise<string>;
  visitor(label: string): Visitor;
  close(): Promise<void>;
}

export interface TerminalOptions extends Omit<WorldOptions, 'folder'> {
  /** Set the PINs of both roles. */
  readonly pins?: boolean;
  /** Where its receipt printer is, if it has one. */
  readonly printer?: string;
  /** Changes the world before the terminal starts in it. */
  readonly before?: (world: World, config: GateConfig) => void;
  /** What the terminal takes for the time, from the real one. */
  readonly clock?: (now: number) => number;
}

/** Opens a terminal on SoftHSM and pcscd, listening at a port of the system's choice. One to a process. */
export async function openTerminal(options: TerminalOptions = {}): Promise<Terminal> {
  const { pins = true, before, printer, clock = (now: number) => now, ...worldOptions } = options;
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-terminal-'));
  const world = await openWorld({ folder: join(folder, 'world'), ...worldOptions });
  const pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: 1 });
  process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket;

  const config = readConfig(world.config);
  before?.(world, config);
  if (pins) {
    const keeper = new PinKeeper(config.state);
    await keeper.set('staff', staffPin);
    await keeper.set('supervisor', supervisorPin);
  }
  const lines: Logged[] = [];
  let listens: (url: string) => void = () => undefined;
  const listening = new Promise<string>((resolve) => {
    listens = resolve;
  });
  const write = (fields: { event: string }, text: string): void => {
    lines.push({ event: fields.event, text: `${text} ${JSON.stringify(fields)}` });
    if ('url' in fields && typeof fields.url === 'string') listens(fields.url);
  };
  const log: Log = { info: write, warn: write, error: write };
  const now = (): number => clock(Date.now());
  const service = new GateService({ config, pin: world.tokens.pin(config.pkcs11.token), log, now });
  const reader = watchPcscReaders(
    {},
    {
      onCard: (card) => void service.tap(card),
      onStatus: (status) => {
        service.readersAre(status);
      },
    },
  );
  if (config.listen === 'off') throw new Error('The screens are off by default.');
  const address = { ...config.listen, port: 0 };
  const receipts =
    printer === undefined
      ? undefined
      : printReceipts(service, { printer: parsePrinterAddress(printer), log });
  const screens = serveApp(
    gateApp(service, {
      listen: address,
      log,
      ...(receipts === undefined ? {} : { receipts }),
      readyCheck: () =>
        readyCheck({ config, pin: () => Promise.resolve(world.tokens.pin(config.pkcs11.token)) }),
    }),
    address,
    log,
  );
  const url = await listening;
  return {
    world,
    config,
    service,
    pcscd,
    url,
    log: lines,
    hold: async (card) => {
      const verdict = new Promise<string>((resolve) => {
        const end = service.listen((news) => {
          if (news.kind !== 'tapped') return;
          end();
          resolve(news.tapped.verdict.name);
        });
      });
      await pcscd.insert(0, card);
      const name = await verdict;
      const left = until(service, ({ kind }) => kind === 'left');
      await pcscd.remove(0);
      await left;
      return name;
    },
    visitor: (label) => {
      const found = world.visitors.find((each) => each.label === label);
      if (found === undefined) throw new Error(`No visitor is called ${label}.`);
      return found;
    },
    close: async () => {
      await reader.close();
      await service.stop();
      await screens.close();
      await receipts?.close();
      await pcscd.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves at the first news of that sort. */
export function until(
  service: GateService,
  isIt: (news: Parameters<Parameters<GateService['listen']>[0]>[0]) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const end = service.listen((news) => {
      if (!isIt(news)) return;
      end();
      resolve();
    });
  });
}

/** Resolves when the gate's standing is so. */
export function standing(
  service: GateService,
  isSo: (standing: GateService['standing']) => boolean,
): Promise<void> {
  if (isSo(service.standing)) return Promise.resolve();
  return until(service, (news) => news.kind === 'standing' && isSo(news.standing));
}
