import type { Room } from '../http/room.ts';
import { KnownPeople } from './known-people.ts';
import { memberRoutes, type MemberParts } from './member-routes.ts';
import { ownRoutes } from './own-routes.ts';
import { Passkeys } from './passkeys.ts';
import { SessionCookie } from './session-cookie.ts';
import { signInRoutes } from './sign-in-routes.ts';

/** The people's rooms, and who knows them at the door of all others. */
export function peopleRooms(parts: MemberParts): {
  readonly doorkeeper: KnownPeople;
  readonly rooms: Room[];
} {
  const { store, now, publicUrl } = parts;
  const cookie = new SessionCookie(publicUrl);
  const people = new KnownPeople(store, cookie, now);
  const passkeys = new Passkeys(store, publicUrl, now);
  const own = { store, now, cookie, people, passkeys };
  return { doorkeeper: people, rooms: [signInRoutes(own), ownRoutes(own), memberRoutes(parts)] };
}
