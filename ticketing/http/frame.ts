import type { Doorkeeper, Gatekeeper } from './actor.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import type { Rates } from './rates.ts';

/** What the guards of all routes share. */
export interface Frame {
  readonly doorkeeper: Doorkeeper;
  readonly gatekeeper: Gatekeeper;
  readonly idempotency: IdempotencyKeys;
  readonly rates: Rates;
  /** The proxies whose word is taken for where a request comes from. */
  readonly proxies: readonly string[];
  readonly now: () => number;
}
