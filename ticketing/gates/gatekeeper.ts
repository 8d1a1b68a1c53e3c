import type { Gatekeeper } from '../http/actor.ts';
import type { Store } from '../store/store.ts';
import type { RequestHead } from '../../hsm/http-signature/signed-request.ts';
import { verifyGateRequest } from './gate-request.ts';

/**
 * A request's head as its gate signed it: for the service under its public name, whatever a proxy in front of
 * it calls it.
 */
export function signedHead({ method, url, headers }: Request, publicUrl: URL): RequestHead {
  const { pathname, search } = new URL(url);
  return { method, url: new URL(pathname + search, publicUrl).href, headers };
}

/** Knows the enrolled gates by their signatures. */
export function gatekeeperOf(parts: {
  readonly store: Store;
  readonly publicUrl: URL;
  readonly now: () => number;
}): Gatekeeper {
  const { store, publicUrl, now } = parts;
  return {
    whoSigned: async (request) => {
      const { gate, requireBody } = await verifyGateRequest(store, signedHead(request, publicUrl), now());
      const { id, organisation_id: organisation, gate_group: gateGroup } = gate;
      return { gate: { id, organisation, gateGroup }, requireBody };
    },
  };
}
