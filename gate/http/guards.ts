import { getConnInfo } from '@hono/node-server/conninfo';
import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import type { ListenAddress } from '../config/listen.ts';
import { RequestError } from './problem.ts';

/**
 * Lets in requests from the gate's own pages and programs alone. A page elsewhere that has its own name
 * resolve to this machine (DNS rebinding) is known by that name; a page elsewhere that posts here, by its
 * origin.
 */
export function fromHere({ host: own }: ListenAddress): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    const name = hostName(host);
    if (name === undefined || !(isIP(name) !== 0 || name === 'localhost' || name === own.toLowerCase())) {
      throw notFromHere();
    }
    const origin = context.req.header('origin');
    if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) throw notFromHere();
    const site = context.req.header('sec-fetch-site');
    const isNavigation = context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation) throw notFromHere();
    await next();
  };
}

/** What every answer carries: nothing is kept, framed, guessed at or loaded from elsewhere. */
export const strictHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers } = context.res;
  headers.set(
    'content-security-policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
};

/** For whoever looks after the machine; to anyone else there is no such page. */
export const onThisMachine: MiddlewareHandler = async (context, next) => {
  const { address } = getConnInfo(context).remote;
  if (address === undefined || !/^(::1|(::ffff:)?127\.)/.test(address)) {
    throw new RequestError('no-such-page', 'There is no such page.');
  }
  await next();
};

function hostName(host: string): string | undefined {
  const [, six, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return (six ?? plain)?.toLowerCase();
}

function notFromHere(): RequestError {
  return new RequestError(
    'not-from-here',
    'This is for the gate’s own screens; open them by the address that the gate printed.',
  );
}
