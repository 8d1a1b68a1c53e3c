import { createAdaptorServer } from '@hono/node-server';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readConfig } from '../../gate/config/config.ts';
import type { Log } from '../../gate/log.ts';
import { PinKeeper } from '../../gate/staff/pin-keeper.ts';
import { startNetworkPrinter } from '../printer/network-printer.ts';
import { startPrivatePcscd } from '../reader/private-pcscd.ts';
import { startGateProcess, type GateProcess } from './gate-process.ts';
import { sandboxApp } from './sandbox-app.ts';
import { SandboxLane } from './sandbox-lane.ts';
import { openWorld, type WorldOptions } from './world.ts';

const staffPin = 'raku7315';

/** The sandbox at work: a gate, its printer, its cards, and the page to try them with. */
export interface Sandbox {
  readonly lane: SandboxLane;
  /** The page, on this machine alone. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Opens the sandbox's world and starts all that is in it.
 *
 * @example
 * const { url, close } = await startSandbox({ folder: 'state/sandbox' });
 */
export async function startSandbox(options: WorldOptions): Promise<Sandbox> {
  const world = await openWorld(options);
  options.say?.('Starting a PC/SC service of our own with a virtual reader, a printer, and the gate.');
  const paper = await startNetworkPrinter();
  const settings = JSON.parse(readFileSync(world.config, 'utf8')) as object;
  writeFileSync(world.config, JSON.stringify({ ...settings, printer: paper.address }, null, 2));
  const pins = new PinKeeper(readConfig(world.config).state);
  await pins.set('staff', staffPin);
  await pins.set('supervisor', staffPin);

  const pcscd = await startPrivatePcscd({ folder: join(options.folder, 'reader'), readers: 1 });
  const gate = await startGateProcess({
    config: world.config,
    environment: { ...world.gateEnvironment, PCSCLITE_CSOCK_NAME: pcscd.socket },
  });
  const lane = new SandboxLane({ visitors: world.visitors, gate, pcscd, paper });
  const server = createAdaptorServer({
    fetch: sandboxApp({
      lane,
      listen: { host: '127.0.0.1', port: 0 },
      log: silent,
      gateUrl: await screensOf(gate),
      staffPin,
      pack: world.pack,
    }).fetch,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    lane,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
      await gate.stop();
      await pcscd.close();
      await paper.close();
    },
  };
}

/** The terminal is for what whoever sits at it does; the gate keeps a log of its own. */
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function screensOf(gate: GateProcess): Promise<string> {
  const beginning = 'Screens: ';
  const said = gate.said(beginning);
  const isIt = (note: string): boolean => note.startsWith(beginning);
  if (!gate.notes.some(isIt)) await said;
  return gate.notes.find(isIt)?.slice(beginning.length) ?? '';
}
