import { createHash, randomBytes } from 'node:crypto';
import type { PinKeeper } from './pin-keeper.ts';
import { mayActAs, type Role } from './role.ts';
import { StaffError } from './staff-error.ts';

/** A shift: after this long one signs in again. */
export const sessionSeconds = 12 * 60 * 60;
const mostSessions = 64;

interface Session {
  readonly role: Role;
  /** The PIN that it was opened with; it ends with that. */
  readonly pin: string;
  readonly until: number;
}

/** Who is signed in at this gate. Kept in memory alone: after a restart one signs in again. */
export class StaffSessions {
  readonly #keeper: PinKeeper;
  readonly #now: () => number;
  /** By the token's hash, so that memory never holds what opens a session. */
  readonly #sessions = new Map<string, Session>();

  constructor(keeper: PinKeeper, now: () => number) {
    this.#keeper = keeper;
    this.#now = now;
  }

  /** Signs in by PIN; answers the token that each act must show. */
  async open(role: Role, pin: string): Promise<string> {
    const name = await this.#keeper.check(role, pin);
    const token = randomBytes(32).toString('base64url');
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= mostSessions && oldest !== undefined) this.#sessions.delete(oldest);
    this.#sessions.set(keyOf(token), { role, pin: name, until: this.#now() + sessionSeconds * 1_000 });
    return token;
  }

  /** The role of whoever shows this token; throws unless they may do what needs `needed`. */
  check(token: string | undefined, needed: Role): Role {
    const session = token === undefined ? undefined : this.#sessions.get(keyOf(token));
    const alive =
      session !== undefined &&
      this.#now() < session.until &&
      this.#keeper.nameOf(session.role) === session.pin;
    if (!alive) throw new StaffError('not-signed-in', 'Sign in with your PIN first.');
    if (!mayActAs(session.role, needed)) {
      throw new StaffError('not-allowed', 'This is for a supervisor; sign in with the supervisor’s PIN.');
    }
    return session.role;
  }

  close(token: string): void {
    this.#sessions.delete(keyOf(token));
  }
}

function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
