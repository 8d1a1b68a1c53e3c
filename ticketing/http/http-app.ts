import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { logFailure, type Log } from '../log.ts';
import { newId } from '../store/new-id.ts';
import { isFromThisMachine } from './client-address.ts';
import { describeApi } from './description.ts';
import type { Frame } from './frame.ts';
import { fromOwnPages, strictHeaders } from './headers.ts';
import { HttpError } from './http-error.ts';
import { RequestMetrics, type MetricLines } from './metrics.ts';
import { answerProblem, problemFor, type StatusOf } from './problem.ts';
import { referenceCss, referenceHtml, referenceScript } from './reference-page.ts';
import type { Room, RoomEnv } from './room.ts';
import { addScreens } from './screens.ts';

export interface HttpAppOptions {
  readonly frame: Frame;
  readonly rooms: readonly Room[];
  /** The statuses of errors that belong to no room: the store's, the HSM's. */
  readonly problems: readonly StatusOf[];
  readonly log: Log;
  /** The address that people's browsers know the service by. */
  readonly publicUrl: URL;
  /** What the service is without, in a word each; nothing where it can work. */
  readonly missing: () => Promise<readonly string[]>;
  readonly metrics: readonly MetricLines[];
}

/**
 * The service's whole HTTP side. A room's routes are added by naming the room here; how a room makes them is
 * in README.md.
 */
export function httpApp(options: HttpAppOptions): OpenAPIHono<RoomEnv> {
  const { frame, rooms, log, publicUrl } = options;
  const problems = [...options.problems, ...rooms.flatMap((room) => room.problems)];
  const metrics = new RequestMetrics();
  const app = new OpenAPIHono<RoomEnv>();
  app.use(watched(log, metrics));
  app.use(strictHeaders(publicUrl));
  app.use(fromOwnPages(publicUrl));
  app.use(async (context, next) => {
    context.set('frame', frame);
    await next();
  });
  app.notFound((context) =>
    refuse(context, new HttpError('not-found', 'There is no such page.'), problems, log),
  );
  app.onError((error, context) => refuse(context, error, problems, log));
  for (const { routes } of rooms) app.route('/', routes);
  addScreens(app);
  addDescription(app);
  addHealth(app, metrics, options);
  return app;
}

/** Gives each request an id, counts it, and logs it by its route as written: paths and queries can hold codes. */
function watched(log: Log, metrics: RequestMetrics): MiddlewareHandler<RoomEnv> {
  return async (context, next) => {
    const began = performance.now();
    const request = newId();
    context.set('request', request);
    context.header('x-request-id', request);
    await next();
    const ms = performance.now() - began;
    const { method } = context.req;
    const path = routePath(context, -1);
    const route = path === '/*' || path === '*' ? 'none' : `${method} ${path}`;
    const { status } = context.res;
    metrics.count(route, status, ms / 1000);
    log.info(
      { event: 'request', request, route, status, ms: Math.round(ms * 10) / 10 },
      `${route} ${status}`,
    );
  };
}

function refuse(
  context: Context<RoomEnv>,
  error: unknown,
  problems: readonly StatusOf[],
  log: Log,
): Response {
  const { request } = context.var;
  const problem = problemFor(error, problems);
  if (problem.unexpected) logFailure(log, 'request-failed', error, { request });
  return answerProblem(context, problem, request);
}

function addDescription(app: OpenAPIHono<RoomEnv>): void {
  const description = JSON.stringify(describeApi(app));
  app.get('/openapi.json', (context) =>
    context.body(description, 200, { 'content-type': 'application/json' }),
  );
  app.get('/reference', (context) => context.html(referenceHtml));
  app.get('/reference.css', (context) =>
    context.body(referenceCss, 200, { 'content-type': 'text/css; charset=utf-8' }),
  );
  app.get('/reference.js', (context) =>
    context.body(referenceScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
}

function addHealth(app: OpenAPIHono<RoomEnv>, metrics: RequestMetrics, options: HttpAppOptions): void {
  app.get('/healthz', (context) => context.json({ alive: true }));
  app.get('/readyz', async (context) => {
    const missing = await options.missing();
    return context.json({ ready: missing.length === 0, missing }, missing.length === 0 ? 200 : 503);
  });
  app.get('/metrics', async (context) => {
    // For whoever looks after the machine; to anyone else there is no such page.
    if (!isFromThisMachine(context)) throw new HttpError('not-found', 'There is no such page.');
    const lines = await Promise.all(options.metrics.map(async (each) => each()));
    const text = [...metrics.lines(), ...lines.flat(), ''].join('\n');
    return context.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}
