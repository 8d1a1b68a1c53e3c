import type { Actor, Doorkeeper } from '../http/actor.ts';
import { HttpError, notFound } from '../http/http-error.ts';
import type { Store } from '../store/store.ts';
import type { SessionCookie } from './session-cookie.ts';
import { findSession, type PersonSession } from './sessions.ts';

/** Knows people by the session's cookie. */
export class KnownPeople implements Doorkeeper {
  readonly #store: Store;
  readonly #cookie: SessionCookie;
  readonly #now: () => number;

  constructor(store: Store, cookie: SessionCookie, now: () => number) {
    this.#store = store;
    this.#cookie = cookie;
    this.#now = now;
  }

  /** Who asks, and as what: roles are read anew with each request, so that what is taken away is gone at once. */
  async whoAsks(headers: Headers): Promise<Actor | undefined> {
    const session = await this.sessionOf(headers);
    if (session === undefined) return undefined;
    const memberships = await this.#store.db
      .selectFrom('memberships')
      .select(['organisation_id', 'role'])
      .where('person_id', '=', session.person)
      .where('state', '=', 'active')
      .execute();
    const wanted = headers.get('kazasu-organisation');
    if (wanted === null && memberships.length > 1) {
      throw new HttpError('which-organisation', 'You belong to several; say which by Kazasu-Organisation.');
    }
    const membership = memberships.find(({ organisation_id: id }) => wanted === null || id === wanted);
    if (membership === undefined) {
      if (wanted !== null) throw notFound('organisation');
      return undefined;
    }
    const { organisation_id: organisation, role } = membership;
    return { person: session.person, organisation, role, session: session.id };
  }

  /** The session alone, for what a person does of their own. */
  async sessionOf(headers: Headers): Promise<PersonSession | undefined> {
    const secret = this.#cookie.read(headers);
    return secret === undefined ? undefined : findSession(this.#store, secret, this.#now());
  }
}
