import { auditRoutes } from '../audit/audit-routes.ts';
import { forgetGuesses } from '../http/guess-limit.ts';
import { forgetIdempotencyKeys } from '../http/idempotency.ts';
import type { JobKind } from '../jobs/job.ts';
import type { ServiceParts, ServiceRooms } from './parts.ts';

/** All rooms but the people's: here each is named once, with its background work. */
export function serviceRooms(parts: ServiceParts): ServiceRooms {
  const { store } = parts;
  return {
    rooms: [auditRoutes({ store })],
    jobs: [tidyUp(parts)],
    metrics: [],
  };
}

/** Forgets what requests left behind for a while. */
function tidyUp({ store, now }: ServiceParts): JobKind<object> {
  return {
    name: 'tidy-up',
    everyMs: 3600_000,
    run: async () => {
      await forgetIdempotencyKeys(store, now());
      await forgetGuesses(store, now());
    },
  };
}
