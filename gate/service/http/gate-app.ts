import type { Hono } from 'hono';
import type { ListenAddress } from '../../config/listen.ts';
import { PinKeeper } from '../../staff/pin-keeper.ts';
import { StaffSessions } from '../../staff/sessions.ts';
import type { GateService } from '../gate-service.ts';
import { GateMetrics } from '../metrics.ts';
import { EventStreams } from '../../http/event-streams.ts';
import { localApp } from '../../http/local-app.ts';
import { screenRoutes } from '../../http/screen-routes.ts';
import { gateStatus } from './gate-status.ts';
import { healthRoutes } from './health-routes.ts';
import { staffRoutes, type StaffParts } from './staff-routes.ts';
import { visitorRoutes } from './visitor-routes.ts';

/** The gate's pages, by the addresses that people type. */
const gateScreens = { '/': 'visitor.html', '/staff': 'staff.html' } as const;

export interface GateAppOptions extends Pick<StaffParts, 'log' | 'receipts' | 'readyCheck'> {
  readonly listen: ListenAddress;
}

/**
 * All that a gate serves: the visitor's screen, the staff's, what both ask for, and health.
 *
 * @example
 * const app = gateApp(service, { listen: { host: '127.0.0.1', port: 7345 }, log, readyCheck });
 */
export function gateApp(service: GateService, options: GateAppOptions): Hono {
  const { listen, log } = options;
  const streams = new EventStreams();
  const now = (): number => service.now;
  const sessions = new StaffSessions(new PinKeeper(service.config.state, now), now);
  const app = localApp({ listen, log, statusOf: gateStatus });
  app.route('/api/visitor', visitorRoutes(service, streams));
  app.route('/api/staff', staffRoutes({ ...options, service, sessions, streams }));
  app.route('/', screenRoutes(gateScreens));
  app.route('/', healthRoutes(service, new GateMetrics(service)));
  return app;
}
