import { Hono } from 'hono';
import type { ListenAddress } from '../../config/listen.ts';
import { EventStreams } from '../../http/event-streams.ts';
import { onThisMachine } from '../../http/guards.ts';
import { localApp } from '../../http/local-app.ts';
import { screenRoutes } from '../../http/screen-routes.ts';
import type { Log } from '../../log.ts';
import { KioskMetrics } from '../kiosk-metrics.ts';
import type { KioskService } from '../kiosk-service.ts';
import { kioskRoutes } from './kiosk-routes.ts';
import { kioskStatus } from './kiosk-status.ts';

/** The kiosk's page, by the address that people type. */
const kioskScreens = { '/': 'kiosk.html' } as const;

/**
 * All that a kiosk serves: its screen, what that asks for, and health.
 *
 * @example
 * const app = kioskApp(service, { listen: { host: '127.0.0.1', port: 7346 }, log });
 */
export function kioskApp(
  service: KioskService,
  options: { readonly listen: ListenAddress; readonly log: Log },
): Hono {
  const app = localApp({ ...options, statusOf: kioskStatus });
  app.route('/api/kiosk', kioskRoutes(service, new EventStreams()));
  app.route('/', screenRoutes(kioskScreens));
  app.route('/', healthRoutes(service));
  return app;
}

/** For whoever looks after the machine: alive, ready, and the numbers. On the machine itself alone. */
function healthRoutes(service: KioskService): Hono {
  const metrics = new KioskMetrics(service);
  const routes = new Hono();
  routes
    .use(onThisMachine)
    .get('/healthz', (context) => context.text('alive\n'))
    .get('/readyz', (context) => {
      const { standing, hsmTrouble } = service;
      const codes = hsmTrouble === undefined ? [] : [hsmTrouble];
      return context.json(
        { ready: standing.takesApplications, ...standing, codes },
        standing.takesApplications ? 200 : 503,
      );
    })
    .get('/metrics', (context) =>
      context.body(metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
    );
  return routes;
}
