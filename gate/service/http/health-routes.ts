import { Hono } from 'hono';
import { onThisMachine } from '../../http/guards.ts';
import type { GateService } from '../gate-service.ts';
import type { GateMetrics } from '../metrics.ts';
import { isReady } from '../standing.ts';

/** For whoever looks after the machine: alive, ready, and the numbers. On the machine itself alone. */
export function healthRoutes(service: GateService, metrics: GateMetrics): Hono {
  const routes = new Hono();
  routes
    .use(onThisMachine)
    .get('/healthz', (context) =>
      service.alive ? context.text('alive\n') : context.text('a tap hangs\n', 503),
    )
    .get('/readyz', (context) => {
      const { standing } = service;
      const { missing, troubles, laneOpen } = standing;
      const ready = isReady(standing);
      const codes = troubles.map(({ code }) => code);
      return context.json({ ready, laneOpen, missing, codes }, ready ? 200 : 503);
    })
    .get('/metrics', (context) =>
      context.body(metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
    );
  return routes;
}
