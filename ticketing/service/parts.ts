import type { ValidityAuthority } from '../../hsm/validity/validity-authority.ts';
import type { TicketingConfig } from '../config/config.ts';
import type { JobKind } from '../jobs/job.ts';
import type { ServiceKeys } from '../keys/service-keys.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Room } from '../http/room.ts';
import type { MetricLines } from '../http/metrics.ts';
import type { TrustedRoots } from './trusted-roots.ts';

/** What the rooms are made of. */
export interface ServiceParts {
  readonly config: TicketingConfig;
  readonly store: Store;
  readonly keys: ServiceKeys;
  readonly authority: ValidityAuthority;
  readonly roots: TrustedRoots;
  readonly log: Log;
  readonly now: () => number;
}

/** What the rooms add up to. */
export interface ServiceRooms {
  readonly rooms: readonly Room[];
  // The payload of a kind is what `addJob` was given for it.
  readonly jobs: readonly JobKind<never>[];
  readonly metrics: readonly MetricLines[];
}
