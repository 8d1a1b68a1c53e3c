import { Hono } from 'hono';
import type { ListenAddress } from '../../config/listen.ts';
import { PinKeeper } from '../../staff/pin-keeper.ts';
import { StaffSessions } from '../../staff/sessions.ts';
import { CodedError } from '../../../hsm/coded-error.ts';
import type { GateService } from '../gate-service.ts';
import { logFailure } from '../log.ts';
import { GateMetrics } from '../metrics.ts';
import { EventStreams } from './event-streams.ts';
import { fromHere, strictHeaders } from './guards.ts';
import { healthRoutes } from './health-routes.ts';
import { problem, RequestError } from './problem.ts';
import { staffRoutes, type StaffParts } from './staff-routes.ts';
import { visitorRoutes } from './visitor-routes.ts';

export interface GateAppOptions extends Pick<StaffParts, 'log' | 'receipts' | 'readyCheck'> {
  readonly listen: ListenAddress;
}

/**
 * All that a gate serves: the visitor's screen, the staff's, and health.
 *
 * @example
 * const app = gateApp(service, { listen: { host: '127.0.0.1', port: 7345 }, log, readyCheck });
 */
export function gateApp(service: GateService, options: GateAppOptions): Hono {
  const { listen, log } = options;
  const streams = new EventStreams();
  const now = (): number => service.now;
  const sessions = new StaffSessions(new PinKeeper(service.config.state, now), now);
  const app = new Hono();
  app.use(strictHeaders);
  app.use(fromHere(listen));
  app.route('/api/visitor', visitorRoutes(service, streams));
  app.route('/api/staff', staffRoutes({ ...options, service, sessions, streams }));
  app.route('/', healthRoutes(service, new GateMetrics(service)));
  app.notFound((context) => problem(context, new RequestError('no-such-page', 'There is no such page.')));
  app.onError((error, context) => {
    if (!(error instanceof CodedError)) logFailure(log, 'request-failed', error);
    return problem(context, error);
  });
  return app;
}
