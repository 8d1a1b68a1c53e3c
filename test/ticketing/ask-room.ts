import type { Actor } from '../../ticketing/http/actor.ts';
import { gatekeeperOf } from '../../ticketing/gates/gatekeeper.ts';
import { httpApp } from '../../ticketing/http/http-app.ts';
import { IdempotencyKeys } from '../../ticketing/http/idempotency.ts';
import { Rates } from '../../ticketing/http/rates.ts';
import type { Room } from '../../ticketing/http/room.ts';
import { structuredLog } from '../../ticketing/log.ts';
import type { Store } from '../../ticketing/store/store.ts';

/** What is asked of a room, as whom. */
export interface Question {
  /** Nobody where left out. */
  readonly as?: Omit<Actor, 'session'> | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON as it was parsed, text otherwise. */
  readonly body: unknown;
  /** The same as it came. */
  readonly bytes: Buffer;
}

/**
 * Serves rooms through the whole frame, in this process, with whoever the test says as the one who asks;
 * what signing in does is the people's own tests'.
 *
 * @example
 * const ask = askRooms(store, [caseRoutes({ store, now })]);
 * const answer = await ask('POST /api/cases/17/close', { as: desk, body: {}, headers: { 'if-match': '"1"' } });
 */
export function askRooms(
  store: Store,
  rooms: readonly Room[],
  options: { readonly now?: () => number; readonly onLogLine?: (line: string) => void } = {},
): (request: string, question?: Question) => Promise<Answer> {
  const { now = Date.now, onLogLine = () => undefined } = options;
  const publicUrl = new URL('http://localhost');
  const askers = new Map<string, Actor>();
  const app = httpApp({
    frame: {
      doorkeeper: { whoAsks: (headers) => Promise.resolve(askers.get(headers.get('cookie') ?? '')) },
      gatekeeper: gatekeeperOf({ store, publicUrl, now }),
      idempotency: new IdempotencyKeys(store, now),
      rates: new Rates(),
      proxies: [],
      now,
    },
    rooms,
    problems: [],
    log: structuredLog({ write: onLogLine }),
    publicUrl,
    missing: () => Promise.resolve([]),
    metrics: [],
  });
  const env = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
  return async (request, { as, body, headers = {} } = {}) => {
    const [method = 'GET', path = '/'] = request.split(' ');
    const cookie = `asker=${askers.size}`;
    if (as !== undefined) askers.set(cookie, { ...as, session: 'test' });
    const isBytes = body instanceof Uint8Array || typeof body === 'string';
    const sent = body === undefined ? undefined : isBytes ? Buffer.from(body) : JSON.stringify(body);
    const response = await app.request(
      path,
      {
        method,
        headers: {
          ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
          ...(as === undefined ? {} : { cookie }),
          ...headers,
        },
        ...(sent === undefined ? {} : { body: sent }),
      },
      env,
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as unknown) : text,
      bytes,
    };
  };
}
