import { signRequest } from '../../hsm/http-signature/sign-request.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { caseRoutes } from '../../ticketing/cases/case-routes.ts';
import { gatePaths } from '../../ticketing/gate-api/messages.ts';
import type { Actor, Role } from '../../ticketing/http/actor.ts';
import type { Room } from '../../ticketing/http/room.ts';
import { journalRoutes } from '../../ticketing/journals/journal-routes.ts';
import { newId } from '../../ticketing/store/new-id.ts';
import type { Store } from '../../ticketing/store/store.ts';
import { softwareSigner } from '../journal/software-signer.ts';
import { askRooms, type Answer } from '../ticketing/ask-room.ts';
import { GateInHall } from './gate-in-hall.ts';
import { doorsAt, makeSession, type SessionRows } from './hall.ts';

/** A case as a list shows it. */
interface ListedCase {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
}

/** A session with two gates, and the service as gates and people of its organisation ask it. */
export interface HallOverHttp {
  readonly session: SessionRows;
  readonly north: GateInHall;
  readonly south: GateInHall;
  readonly ask: ReturnType<typeof askRooms>;
  readonly as: (role: Role, organisation?: string) => Omit<Actor, 'session'>;
  /** As the gate's own program sends it. */
  readonly handOver: (file: Uint8Array, signer: Signer) => Promise<Answer>;
  /** As a person sends what came as a file. */
  readonly bring: (file: Uint8Array, query?: string) => Promise<Answer>;
  readonly cases: (query?: string) => Promise<readonly ListedCase[]>;
  readonly remove: () => Promise<void>;
}

export const octets = { 'content-type': 'application/octet-stream' };

/** Opens the doors an hour ago; each look at the clock is a second later. */
export async function openHallOverHttp(
  store: Store,
  moreRooms: (now: () => number) => readonly Room[] = () => [],
): Promise<HallOverHttp> {
  const session = await makeSession(store);
  let at = doorsAt + 3_600_000;
  const now = () => (at += 1000);
  const listSigner = softwareSigner();
  const rooms = [journalRoutes({ store, listSigner, now }), caseRoutes({ store, now }), ...moreRooms(now)];
  const ask = askRooms(store, rooms, { now });
  const as: HallOverHttp['as'] = (role, organisation = session.organisation) => ({
    person: newId(),
    organisation,
    role,
  });
  const north = await GateInHall.enrol(store, session, 'north');
  const south = await GateInHall.enrol(store, session, 'south');
  return {
    session,
    north,
    south,
    ask,
    as,
    handOver: async (file, signer) => {
      const url = `http://localhost${gatePaths.journal}`;
      const signed = await signRequest({ method: 'POST', url, body: file }, signer, { now: now() });
      return ask(`POST ${gatePaths.journal}`, { body: file, headers: { ...signed, ...octets } });
    },
    bring: (file, query = '') =>
      ask(`POST /api/journals${query}`, { as: as('desk'), body: file, headers: octets }),
    cases: async (query = '') => {
      const { body } = await ask(`GET /api/cases${query}`, { as: as('auditor') });
      return (body as { readonly items: readonly ListedCase[] }).items;
    },
    remove: async () => {
      for (const gate of [north, south]) await gate.remove();
    },
  };
}
