import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeStorageKey } from '../../hsm/keys/storage-keys.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../reader/private-pcscd.ts';
import { CardSandbox } from '../gate-card/card-sandbox.ts';
import { sandboxTokens } from '../world/tokens.ts';
import { startKioskProcess, type KioskProcess } from './kiosk-process.ts';
import { KioskScreen } from './kiosk-screen.ts';
import { TicketingStandIn } from './ticketing-stand-in.ts';

const token = 'kiosk';

/** A kiosk on real parts: pcscd with a virtual reader, SoftHSM, and the service's side of the contract. */
export interface KioskWorld {
  readonly sandbox: CardSandbox;
  readonly pcscd: PrivatePcscd;
  readonly service: TicketingStandIn;
  /** All that it writes to disk is in there. */
  readonly folder: string;
  readonly kiosk: KioskProcess;
  readonly screen: KioskScreen;
  /** Ends the kiosk by that signal, and starts it anew. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
}

export async function openKioskWorld(options: { readonly printer?: string } = {}): Promise<KioskWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-kiosk-'));
  const tokens = sandboxTokens(join(folder, 'softhsm'), [token]);
  const opened = await tokens.open(token);
  await makeStorageKey(opened);
  opened.close();
  const [sandbox, pcscd] = await Promise.all([
    CardSandbox.create(4),
    startPrivatePcscd({ folder: join(folder, 'reader'), readers: 1 }),
  ]);
  const service = await TicketingStandIn.start(sandbox.authority);
  const config = join(folder, 'kiosk.json');
  writeFileSync(
    config,
    JSON.stringify({
      kiosk: 'foyer-1',
      ticketing: service.url,
      pkcs11: { module: tokens.module, token },
      listen: '127.0.0.1:0',
      state: 'kiosk',
      ...options,
    }),
  );
  const environment = {
    ...tokens.environment,
    KAZASU_PIN: tokens.pin(token),
    PCSCLITE_CSOCK_NAME: pcscd.socket,
  };
  const start = async (): Promise<{ kiosk: KioskProcess; screen: KioskScreen }> => {
    const kiosk = await startKioskProcess({ config, environment });
    const screen = await KioskScreen.open(kiosk.url);
    await screen.standing(({ takesApplications }) => takesApplications);
    return { kiosk, screen };
  };
  let running = await start();
  return {
    sandbox,
    pcscd,
    service,
    folder: join(folder, 'kiosk'),
    get kiosk() {
      return running.kiosk;
    },
    get screen() {
      return running.screen;
    },
    restart: async (signal = 'SIGTERM') => {
      await running.kiosk.stop(signal);
      running = await start();
    },
    close: async () => {
      await running.kiosk.stop();
      await pcscd.close();
      await service.goAway();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
