import { Hono } from 'hono';
import { CodedError } from '../../hsm/coded-error.ts';
import type { ListenAddress } from '../config/listen.ts';
import { logFailure, type Log } from '../log.ts';
import { fromHere, strictHeaders } from './guards.ts';
import { problem, RequestError, type StatusOf } from './problem.ts';

/**
 * What a terminal serves its own screens with: guarded against pages elsewhere, every answer with strict
 * headers, every failure as a problem.
 *
 * @example
 * const app = localApp({ listen, log, statusOf: gateStatus });
 * app.route('/api/visitor', visitorRoutes(service, streams));
 */
export function localApp(options: {
  readonly listen: ListenAddress;
  readonly log: Log;
  readonly statusOf: StatusOf;
}): Hono {
  const { listen, log, statusOf } = options;
  const app = new Hono();
  app.use(strictHeaders);
  app.use(fromHere(listen));
  app.notFound((context) =>
    problem(context, new RequestError('no-such-page', 'There is no such page.'), statusOf),
  );
  app.onError((error, context) => {
    if (!(error instanceof CodedError)) logFailure(log, 'request-failed', error);
    return problem(context, error, statusOf);
  });
  return app;
}
