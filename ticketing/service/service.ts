import { createAdaptorServer } from '@hono/node-server';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { Server } from 'node:http';
import { purposes } from '../../hsm/certificate/purpose.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import { CachedAuthority } from '../../hsm/validity/cached-authority.ts';
import { HttpAuthority } from '../../hsm/validity/http-authority.ts';
import type { LookUpTotal } from '../../hsm/validity/look-up-count.ts';
import { authorityOf, type ListenAddress, type TicketingConfig } from '../config/config.ts';
import { gatekeeperOf } from '../gates/gatekeeper.ts';
import { httpApp } from '../http/http-app.ts';
import { IdempotencyKeys } from '../http/idempotency.ts';
import { metricHelp } from '../http/metrics.ts';
import { Rates } from '../http/rates.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import { openServiceKeys } from '../keys/service-keys.ts';
import { logFailure, type Log } from '../log.ts';
import { peopleRooms } from '../people/people-rooms.ts';
import { openStore, type Store } from '../store/store.ts';
import { TicketingError } from '../ticketing-error.ts';
import { partsProblems } from './problems.ts';
import { serviceRooms } from './rooms.ts';
import { readTrustedRoots } from './trusted-roots.ts';

/** For how long a word of the authority's serves again: it charges for each. */
const answersLast = 10 * 60_000;

/** The service, while it is up. */
export interface RunningService {
  readonly store: Store;
  /** Where it is served: the port that was had, where any would do. */
  readonly url: string;
  /** Lets what is under way end, then closes everything. */
  close(): Promise<void>;
}

/**
 * Opens the HSM, the store, the HTTP side and the background work; where something is missing, refuses with
 * its own sentence and leaves nothing open.
 *
 * @example
 * const service = await openService(readConfig(file, process.env), { pin, log });
 */
export async function openService(
  config: TicketingConfig,
  { pin, log, now = Date.now }: { pin: string; log: Log; now?: () => number },
): Promise<RunningService> {
  mkdirSync(config.state, { recursive: true, mode: 0o700 });
  const open: { close(): Promise<void> | void }[] = [];
  const closeAll = async (): Promise<void> => {
    for (const each of open.splice(0).reverse()) await each.close();
  };
  try {
    const store = await openStore(config.database);
    open.push(store);
    const token = await openToken({ ...config.pkcs11, pin });
    open.push(token);
    const keys = await openServiceKeys(token);
    const authority = new CachedAuthority({
      authority: new HttpAuthority({ url: config.authority.url }),
      lifetime: answersLast,
      now,
    });
    const roots = await readTrustedRoots(config.state, log);
    const { publicUrl } = config;
    const { doorkeeper, rooms: people } = peopleRooms({ store, now, publicUrl });
    const { rooms, jobs, metrics } = serviceRooms({ config, store, keys, authority, roots, log, now });
    const app = httpApp({
      frame: {
        doorkeeper,
        gatekeeper: gatekeeperOf({ store, publicUrl, now }),
        idempotency: new IdempotencyKeys(store, now),
        rates: new Rates(),
        proxies: config.proxies,
        now,
      },
      rooms: [...people, ...rooms],
      problems: partsProblems,
      log,
      publicUrl,
      missing: () => missingOf(store, token),
      metrics: [...metrics, () => jobLines(store), () => paidLines(authority.paid())],
    });
    const runner = new JobRunner({
      store,
      kinds: jobs,
      now,
      onFailure: (kind, error, isLast) => {
        logFailure(log, 'job-failed', error, { kind, isLast });
      },
    });
    const server = await serve(app, config.listen);
    open.push(server);
    await runner.start();
    open.push({ close: () => runner.stop() });
    return { store, url: server.url, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function missingOf(store: Store, token: Token): Promise<string[]> {
  const isThere = async (look: () => Promise<unknown>): Promise<boolean> => {
    try {
      await look();
      return true;
    } catch {
      return false;
    }
  };
  const [database, hsm] = await Promise.all([
    isThere(() => store.db.selectFrom('organisations').select('id').limit(1).execute()),
    isThere(() => openServiceKeys(token)),
  ]);
  return [...(database ? [] : ['database']), ...(hsm ? [] : ['hsm'])];
}

async function jobLines(store: Store): Promise<string[]> {
  const rows = await store.db
    .selectFrom('jobs')
    .select(['kind', 'state', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy(['kind', 'state'])
    .execute();
  return [
    ...metricHelp('kazasu_jobs', 'gauge', 'Background work that waits, or failed for good.'),
    ...rows.map(({ kind, state, count }) => `kazasu_jobs{kind="${kind}",state="${state}"} ${count}`),
  ];
}

function paidLines({ checks, yen }: LookUpTotal): string[] {
  return [
    ...metricHelp(
      'kazasu_authority_checks_total',
      'counter',
      'Certificates that the authority was asked about.',
    ),
    ...purposes.map((purpose) => `kazasu_authority_checks_total{purpose="${purpose}"} ${checks[purpose]}`),
    ...metricHelp('kazasu_authority_yen_total', 'counter', 'What it charges for that.'),
    `kazasu_authority_yen_total ${yen}`,
  ];
}

async function serve(
  { fetch }: ReturnType<typeof httpApp>,
  address: ListenAddress,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createAdaptorServer({
    fetch,
    serverOptions: { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 300_000 },
  });
  if (!(server instanceof Server)) throw new TypeError('not an HTTP/1 server');
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new TicketingError(
      'address-taken',
      `The service cannot be served at ${authorityOf(address)}; name another address by "listen", or end what has it.`,
      { cause },
    );
  }
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : address.port;
  return {
    url: `http://${authorityOf({ ...address, port })}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      // Whoever is still asked a while later is cut off.
      const cut = setTimeout(() => {
        server.closeAllConnections();
      }, 5_000);
      await closed;
      clearTimeout(cut);
    },
  };
}
