import { Hono } from 'hono';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { verdictTable } from '../../gate/decide/verdict-table.ts';
import type { ListenAddress } from '../../gate/config/listen.ts';
import { localApp } from '../../gate/http/local-app.ts';
import { jsonBody } from '../../gate/http/request-body.ts';
import { screenRoutes } from '../../gate/http/screen-routes.ts';
import type { Log } from '../../gate/log.ts';
import { faultNames, SandboxError, type Held, type SandboxLane } from './sandbox-lane.ts';

const holding = z.strictObject({ card: z.string().min(1).max(100) });
const fault = z.strictObject({ fault: z.enum(faultNames), on: z.boolean() });

export interface SandboxAppParts {
  readonly lane: SandboxLane;
  readonly listen: ListenAddress;
  readonly log: Log;
  /** Where the gate serves its own screens. */
  readonly gateUrl: string;
  /** The staff's PIN of this world, which is nobody's secret. */
  readonly staffPin: string;
  readonly pack: string;
}

/** The sandbox's page, and what it asks for. The gate's visitor screen stands in it, by this same origin. */
export function sandboxApp({ lane, listen, log, gateUrl, staffPin, pack }: SandboxAppParts): Hono {
  const inner = localApp({
    listen,
    log,
    statusOf: (error) => {
      if (!(error instanceof SandboxError)) return undefined;
      return error.code === 'no-such-card' ? 404 : 409;
    },
  });
  const state = (): object => ({
    staffUrl: `${gateUrl}/staff`,
    staffPin,
    cards: lane.visitors.map(({ label }) => label),
    faults: lane.faults,
  });
  inner.get('/api/sandbox/state', (context) => context.json(state()));
  inner.post('/api/sandbox/hold', async (context) => {
    const { card } = await jsonBody(context, holding);
    return context.json(shownTap(await lane.hold(card)));
  });
  inner.post('/api/sandbox/fault', async (context) => {
    const asked = await jsonBody(context, fault);
    await lane.setFault(asked.fault, asked.on);
    return context.json(state());
  });
  inner.get('/api/sandbox/session.pack', (context) =>
    context.body(Uint8Array.from(readFileSync(pack)), 200, {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="session.pack"',
    }),
  );
  inner.get('/api/visitor/events', async (context) => {
    const { signal } = context.req.raw;
    const { body, status } = await fetch(`${gateUrl}/api/visitor/events`, { signal });
    return new Response(body === null ? null : ReadableStream.from(untilItBreaks(body)), {
      status,
      headers: { 'content-type': 'text/event-stream' },
    });
  });
  inner.route('/', screenRoutes({ '/': 'sandbox.html', '/visitor': 'visitor.html' }));

  const app = new Hono();
  // The one thing looser than at a gate: this origin's own page may frame this origin's visitor screen.
  app.use(async (context, next) => {
    await next();
    const { headers } = context.res;
    const policy = headers.get('content-security-policy') ?? '';
    headers.set(
      'content-security-policy',
      `${policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")}; frame-src 'self'`,
    );
    headers.set('x-frame-options', 'SAMEORIGIN');
  });
  app.route('/', inner);
  return app;
}

function shownTap({ line, trace }: Held): object {
  const { light, visitor } = verdictTable[line.verdict];
  return {
    light,
    title: { ja: visitor.ja.title, en: visitor.en.title },
    ...(line.seat === undefined ? {} : { seat: line.seat }),
    ms: line.ms,
    trace,
  };
}

/** A stream that ends where its source breaks off: a page that was closed is no error. */
async function* untilItBreaks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch {
    // The page is gone, or the gate is; the screen finds out by itself.
  }
}
