import type { MiddlewareHandler } from 'hono';
import { HttpError } from './http-error.ts';

/** What every answer carries: nothing is kept, framed, guessed at or loaded from elsewhere. */
const strict: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

/** Sets the strict headers; over https also that it must stay https. */
export function strictHeaders(publicUrl: URL): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(strict)) headers.set(name, value);
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    if (publicUrl.protocol === 'https:') {
      headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains');
    }
  };
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a page of elsewhere has a browser send, by the origin that the browser itself names. Programs
 * name none. The session's cookie is SameSite=Strict and bodies are of types that no form can send, besides.
 */
export function fromOwnPages(publicUrl: URL): MiddlewareHandler {
  return async (context, next) => {
    const { method } = context.req;
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== publicUrl.origin) throw notFromHere();
    const site = context.req.header('sec-fetch-site');
    const visits = method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !visits) throw notFromHere();
    if (!reading.has(method) && context.req.header('sec-fetch-mode') === 'navigate') throw notFromHere();
    await next();
  };
}

function notFromHere(): HttpError {
  return new HttpError('not-from-here', 'This takes requests of its own pages and of programs alone.');
}
