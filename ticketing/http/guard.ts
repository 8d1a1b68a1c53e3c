import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Role } from './actor.ts';
import { clientAddress } from './client-address.ts';
import type { Frame } from './frame.ts';
import { HttpError } from './http-error.ts';
import type { KeptAnswer } from './idempotency.ts';
import type { Rate } from './rates.ts';
import { readBody } from './request-body.ts';
import { seenRevision } from './revision.ts';
import type { GateEnv, PeopleEnv, RoomEnv } from './room.ts';

/** How a route is guarded. */
interface Guarded {
  /** It creates something: takes an Idempotency-Key, and does nothing twice. */
  readonly creates?: boolean;
  /** Its answer holds a secret that is shown once, and is not kept for the Idempotency-Key. */
  readonly answersSecret?: boolean;
  /** It changes something that has a revision: takes If-Match; see `seenRevision`. */
  readonly changes?: boolean;
  /** The body's type, JSON where left out, */
  readonly takes?: string;
  /** and the most that is read of it. */
  readonly mostBytes?: number;
  readonly rate?: Rate;
}

/** What the description says of a guard, for programs and for the tests that try each refusal. */
export interface GuardNote extends Guarded {
  readonly who: 'people' | 'anyone' | 'person' | 'gate' | 'provider';
  readonly roles?: readonly Role[];
  readonly takes: string;
  readonly mostBytes: number;
}

const defaultBytes = 64 * 1024;
const ratesOf = {
  people: { perMinute: 1200, burst: 200 },
  anyone: { perMinute: 240, burst: 60 },
  person: { perMinute: 240, burst: 60 },
  gate: { perMinute: 1200, burst: 200 },
  provider: { perMinute: 6000, burst: 600 },
} as const;
const longestKey = /^[\x21-\x7e]{16,128}$/;

/**
 * A route for people who are signed in and have one of these roles. Spread it into the route.
 *
 * @example
 * createRoute({ method: 'get', path: '/api/events', ...forPeople(['owner', 'organiser', 'auditor']), … })
 * // in its handler: context.var.actor
 */
export function forPeople(allowed: readonly [Role, ...Role[]], guarded: Guarded = {}) {
  const note = noteOf('people', guarded, allowed);
  const middleware: MiddlewareHandler<PeopleEnv> = async (context, next) => {
    const { frame } = context.var;
    countRequest(context, frame, note);
    const actor = await frame.doorkeeper.whoAsks(context.req.raw.headers);
    if (actor === undefined) throw new HttpError('not-signed-in', 'Sign in first.');
    if (!allowed.includes(actor.role)) {
      throw new HttpError(
        'wrong-role',
        `This takes the role ${allowed.join(' or ')}; yours is ${actor.role}.`,
      );
    }
    context.set('actor', actor);
    await guardedBy(context, frame, { note, scope: `${actor.person} ${actor.organisation}`, next });
  };
  return { middleware, security: securityOf('people'), 'x-kazasu': note };
}

/**
 * A route for enrolled gates, by the signature of their identity key (RFC 9421). Nothing of a body is read of
 * one that is none. Spread it into the route.
 *
 * @example
 * createRoute({ method: 'get', path: gatePaths.packs, ...forGates(), … })
 * // in its handler: context.var.gate
 */
export function forGates(guarded: Guarded = {}) {
  const note = noteOf('gate', guarded);
  const middleware: MiddlewareHandler<GateEnv> = async (context, next) => {
    const { frame } = context.var;
    countRequest(context, frame, note);
    const { gate, requireBody } = await frame.gatekeeper.whoSigned(context.req.raw);
    context.set('gate', gate);
    await guardedBy(context, frame, {
      note,
      scope: `gate ${gate.id}`,
      next: () => {
        requireBody(context.var.body);
        return next();
      },
    });
  };
  return { middleware, security: securityOf('gate'), 'x-kazasu': note };
}

/**
 * A route for anyone: visitors, or whoever proves themselves in the request (`gate`: one that is not enrolled
 * yet, `provider`: signed by a payment provider, `person`: signed in, in whatever role); the room checks that.
 * Spread it into the route.
 */
export function forAnyone(guarded: Guarded & { readonly who?: Exclude<GuardNote['who'], 'people'> } = {}) {
  const { who = 'anyone', ...rest } = guarded;
  const note = noteOf(who, rest);
  const middleware: MiddlewareHandler<RoomEnv> = async (context, next) => {
    const { frame } = context.var;
    countRequest(context, frame, note);
    await guardedBy(context, frame, { note, scope: 'anyone', next });
  };
  return { middleware, security: securityOf(who), 'x-kazasu': note };
}

function securityOf(who: GuardNote['who']): Record<string, string[]>[] {
  if (who === 'anyone') return [];
  return [{ [who === 'people' || who === 'person' ? 'session' : who]: [] }];
}

function noteOf(who: GuardNote['who'], guarded: Guarded, allowed?: readonly Role[]): GuardNote {
  return {
    ...guarded,
    who,
    ...(allowed === undefined ? {} : { roles: allowed }),
    takes: guarded.takes ?? 'application/json',
    mostBytes: guarded.mostBytes ?? defaultBytes,
  };
}

/** Each route has its own count, so that looking at one page does not use up another. */
function countRequest(context: Context, frame: Frame, { who, rate = ratesOf[who] }: GuardNote): void {
  const asker = `${clientAddress(context, frame.proxies)} ${context.req.method} ${routePath(context)}`;
  const wait = frame.rates.ask(asker, rate, frame.now());
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1000);
  context.header('retry-after', String(seconds));
  throw new HttpError('too-many-requests', `Too many requests; try again in ${seconds} s.`);
}

/** What is left to be done behind the first guards. */
interface Behind {
  readonly note: GuardNote;
  /** Whose Idempotency-Keys they are. */
  readonly scope: string;
  readonly next: () => Promise<void>;
}

async function guardedBy(context: Context, { idempotency }: Frame, behind: Behind): Promise<void> {
  const { note, scope, next } = behind;
  if (note.changes === true) seenRevision(context);
  const key = note.creates === true ? keyOf(context) : undefined;
  const body = await readBody(context, note.takes, note.mostBytes);
  context.set('body', body);
  if (key === undefined) {
    await next();
    return;
  }
  const { pathname, search } = new URL(context.req.url);
  const request = { scope, key, method: context.req.method, path: pathname + search, body };
  const before = await idempotency.take(request);
  if (before !== undefined) {
    context.res = answerAgain(before);
    return;
  }
  await next();
  const { res, error } = context;
  if (error !== undefined || !res.ok) {
    await idempotency.release(request);
    return;
  }
  await idempotency.answered(request, await answerOf(res), note.answersSecret === true);
}

function keyOf(context: Context): string {
  const key = context.req.header('idempotency-key');
  if (key !== undefined && longestKey.test(key)) return key;
  throw new HttpError(
    'idempotency-key-missing',
    'Send an Idempotency-Key of 16 to 128 signs, a new one for each thing to be made.',
  );
}

async function answerOf(response: Response): Promise<KeptAnswer> {
  const { status, headers } = response;
  const body = await response.clone().text();
  return { status, body, etag: headers.get('etag'), location: headers.get('location') };
}

function answerAgain({ status, body, etag, location }: KeptAnswer): Response {
  const headers = new Headers({ 'idempotency-replayed': 'true' });
  if (body !== '') headers.set('content-type', 'application/json');
  if (etag !== null) headers.set('etag', etag);
  if (location !== null) headers.set('location', location);
  return new Response(status === 204 ? null : body, { status, headers });
}
