import { join } from 'node:path';
import { purposes, type Purpose } from '../../hsm/certificate/purpose.ts';
import type { Root } from '../../hsm/certificate/root.ts';
import { TrustStore } from '../../hsm/trust/trust-store.ts';
import type { Log } from '../log.ts';
import { TicketingError } from '../ticketing-error.ts';

export type TrustedRoots = Readonly<Record<Purpose, readonly Root[]>>;

/**
 * The roots that `kazasu-hsm trust add` put into the state folder. A file that is not taken is logged and the
 * others count; without any root for a purpose no card would be genuine, and the service does not start.
 */
export async function readTrustedRoots(state: string, log: Log): Promise<TrustedRoots> {
  const trust = await TrustStore.open(join(state, 'trust'));
  for (const { file, reason } of trust.refused) {
    log.warn({ event: 'root-not-taken', file }, `${file}: ${reason}`);
  }
  for (const purpose of purposes) {
    if (trust.roots(purpose).length > 0) continue;
    throw new TicketingError(
      'roots-missing',
      `No ${purpose} root is trusted, so no card would be genuine; add it: kazasu-hsm trust add FILE --state ${state}.`,
    );
  }
  return { authentication: trust.roots('authentication'), signature: trust.roots('signature') };
}
