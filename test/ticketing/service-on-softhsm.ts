import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { purposes } from '../../hsm/certificate/purpose.ts';
import { importRoot } from '../../hsm/certificate/root.ts';
import { makeSigner } from '../../hsm/keys/signer-key.ts';
import { makeStorageKey } from '../../hsm/keys/storage-keys.ts';
import { openToken } from '../../hsm/token/token.ts';
import { TrustStore } from '../../hsm/trust/trust-store.ts';
import type { TicketingConfig } from '../../ticketing/config/config.ts';
import { structuredLog } from '../../ticketing/log.ts';
import { openService, type RunningService } from '../../ticketing/service/service.ts';
import { migrate } from '../../ticketing/store/store.ts';
import { Authority } from '../authority/authority.ts';
import { makeTokenBed, type TokenBed } from '../token/modules.ts';

/** A whole ticketing service in this process, on a SoftHSM and a J-LIS of its own, with each line that it logged. */
export interface ServiceOnSofthsm {
  readonly service: RunningService;
  /** Issues people's cards, and answers for them. */
  readonly authority: Authority;
  readonly config: TicketingConfig;
  readonly pin: string;
  readonly lines: string[];
  /** Where the tokens are, the service's and those that were asked for beside it. */
  readonly bed: TokenBed;
  close(): Promise<void>;
}

/** Starts it on the port that is named or any free one, over a SQLite file or the database that is named. */
export async function serviceOnSofthsm(
  options: {
    readonly database?: string;
    readonly port?: number;
    readonly publicUrl?: URL;
    readonly now?: () => number;
    /** Tokens of others, in the same SoftHSM. */
    readonly tokens?: readonly string[];
    /** Whose notices of payments are believed. */
    readonly noticeKeys?: readonly KeyObject[];
  } = {},
): Promise<ServiceOnSofthsm> {
  const bed = makeTokenBed('SoftHSM', ['ticketing', ...(options.tokens ?? [])]);
  const { pin, ...pkcs11 } = bed.options('ticketing');
  const token = await openToken({ ...pkcs11, pin });
  await makeStorageKey(token);
  await makeSigner(token, 'list-signing');
  token.close();
  const authority = await Authority.create();
  const server = await authority.serve();
  const state = join(bed.folder, 'state');
  await trustRoots(authority, state);
  const config: TicketingConfig = {
    listen: { host: '127.0.0.1', port: options.port ?? 0 },
    publicUrl: options.publicUrl ?? new URL('http://127.0.0.1'),
    database: options.database ?? join(bed.folder, 'ticketing.sqlite'),
    pkcs11,
    state,
    authority: { adapter: 'http', url: server.url },
    organisation: 'Hall',
    proxies: [],
    mail: 'none',
    payments: { noticeKeys: [...(options.noticeKeys ?? [])] },
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
      authority,
      config,
      pin,
      lines,
      bed,
      close: async () => {
        await service.close();
        await server.close();
        bed.remove();
      },
    };
  } catch (error) {
    await server.close();
    bed.remove();
    throw error;
  }
}

/** What an operator does with `kazasu-hsm trust add`. */
async function trustRoots(authority: Authority, state: string): Promise<void> {
  const trust = await TrustStore.open(join(state, 'trust'));
  for (const purpose of purposes) {
    for (const root of authority.rootCertificates(purpose)) await trust.addRoot(importRoot(root), purpose);
  }
}
