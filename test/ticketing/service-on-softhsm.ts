import { makeSigner } from '../../hsm/keys/signer-key.ts';
import { makeStorageKey } from '../../hsm/keys/storage-keys.ts';
import { openToken } from '../../hsm/token/token.ts';
import type { TicketingConfig } from '../../ticketing/config/config.ts';
import { structuredLog } from '../../ticketing/log.ts';
import { openService, type RunningService } from '../../ticketing/service/service.ts';
import { migrate } from '../../ticketing/store/store.ts';
import { makeTokenBed } from '../token/modules.ts';
import { join } from 'node:path';

/** A whole ticketing service in this process, on a SoftHSM of its own, with each line that it logged. */
export interface ServiceOnSofthsm {
  readonly service: RunningService;
  readonly config: TicketingConfig;
  readonly pin: string;
  readonly lines: string[];
  close(): Promise<void>;
}

/** Starts it on any free port, over a SQLite file or the database that is named. */
export async function serviceOnSofthsm(
  authorityUrl: string,
  options: { readonly database?: string; readonly now?: () => number } = {},
): Promise<ServiceOnSofthsm> {
  const bed = makeTokenBed('SoftHSM', ['ticketing']);
  const { pin, ...pkcs11 } = bed.options('ticketing');
  const token = await openToken({ ...pkcs11, pin });
  await makeStorageKey(token);
  await makeSigner(token, 'list-signing');
  token.close();
  const config: TicketingConfig = {
    listen: { host: '127.0.0.1', port: 0 },
    publicUrl: new URL('http://127.0.0.1'),
    database: options.database ?? join(bed.folder, 'ticketing.sqlite'),
    pkcs11,
    state: join(bed.folder, 'state'),
    authority: { adapter: 'http', url: authorityUrl },
    organisation: 'Hall',
    proxies: [],
    mail: 'none',
    webhooks: { allowHosts: [] },
  };
  const lines: string[] = [];
  try {
    await migrate(config.database);
    const log = structuredLog({ write: (line) => lines.push(line) });
    const service = await openService(config, {
      pin,
      log,
      ...(options.now === undefined ? {} : { now: options.now }),
    });
    return {
      service,
      config,
      pin,
      lines,
      close: async () => {
        await service.close();
        bed.remove();
      },
    };
  } catch (error) {
    bed.remove();
    throw error;
  }
}
