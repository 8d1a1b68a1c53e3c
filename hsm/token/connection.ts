import { P11, SESSION_FLAGS, attribute, returnValueOf, type Cryptoki, type Handle } from './cryptoki.ts';
import type { Module, Slot } from './module.ts';
import type { SessionKey, StoredKey, TokenKey } from './stored-key.ts';
import { TokenError } from './token-error.ts';

/** Where an operation runs: a session of its own, in which nothing else is under way. */
export interface At {
  readonly cryptoki: Cryptoki;
  readonly session: Handle;
  /** The handle that `key` has on this connection. */
  readonly handleOf: (key: TokenKey) => Promise<Handle>;
}

/**
 * Sessions on one token from login to loss. A session cannot run two operations at once, so operations
 * wait for a free one. A lost connection is thrown away whole, never mended.
 */
export class Connection {
  readonly slot: Slot;
  readonly #module: Module;
  /** Holds the login, and owns session objects: it stays open as long as the connection. */
  readonly #home: Handle;
  readonly #free: Handle[] = [];
  readonly #waiting: ((session: Handle) => void)[] = [];
  readonly #handles = new Map<string, Handle>();
  readonly #sessionKeys = new Map<SessionKey, Promise<Handle>>();
  #homeTurn: Promise<unknown> = Promise.resolve();
  #ended = false;

  /** Opens the sessions and logs in. Blocks for as long as the token takes. */
  constructor(module: Module, label: string, pin: string, sessions: number) {
    this.#module = module;
    this.slot = module.slotOf(label);
    if (!this.slot.initialised || !this.slot.pinSet)
      throw new TokenError(
        'token-not-initialised',
        `The token "${label}" has no PIN yet. Make it ready with "kazasu-hsm token init".`,
      );
    this.#home = this.#openSession();
    try {
      module.login(this.#home, this.slot, pin);
      for (let opened = 0; opened < sessions; opened += 1) {
        try {
          this.#free.push(this.#openSession());
        } catch (error) {
          // Small tokens have few sessions: one to work in is enough.
          if (opened > 0 && returnValueOf(error) === 'CKR_SESSION_COUNT') break;
          throw error;
        }
      }
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Runs `work` in a session of the pool, as soon as one is free. */
  async inSession<T>(work: (at: At) => Promise<T>): Promise<T> {
    const session = this.#free.pop() ?? (await this.#nextFree());
    let after = session;
    try {
      return await this.#module.busy(() => work(this.#at(session)));
    } catch (error) {
      after = this.#replace(session);
      throw error;
    } finally {
      this.#giveBack(after);
    }
  }

  /** Runs `work` in the session that owns session objects, one after the other. */
  async atHome<T>(work: (at: At) => Promise<T>): Promise<T> {
    const turn = this.#homeTurn.then(() => this.#module.busy(() => work(this.#at(this.#home))));
    this.#homeTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Whether the token is still there and still lets us work: asked after an error that could mean either. */
  get healthy(): boolean {
    try {
      this.#module.cryptoki.C_GetTokenInfo(this.slot.handle);
      const { state } = this.#module.cryptoki.C_GetSessionInfo(this.#home);
      return LOGGED_IN.has(state);
    } catch {
      return false;
    }
  }

  /** The session that stays, for short blocking calls that begin and end at once. */
  get session(): Handle {
    return this.#home;
  }

  /** All objects that match, as handles. Blocks. */
  find(template: readonly { type: number; value: number | boolean | string | Uint8Array }[]): Handle[] {
    const { cryptoki } = this.#module;
    cryptoki.C_FindObjectsInit(
      this.#home,
      template.map(({ type, value }) => attribute(type, value)),
    );
    try {
      const found: Handle[] = [];
      for (;;) {
        const some = cryptoki.C_FindObjects(this.#home, 64);
        found.push(...some);
        if (some.length === 0) return found;
      }
    } finally {
      cryptoki.C_FindObjectsFinal(this.#home);
    }
  }

  /** Looks up a stored key anew, past what is remembered; `undefined` where the token has none. */
  lookUp(key: StoredKey): Handle | undefined {
    const name = nameOf(key);
    const found = this.find([
      { type: P11.CKA_CLASS, value: CLASS_OF[key.kind] },
      { type: P11.CKA_LABEL, value: key.label },
      { type: P11.CKA_ID, value: Buffer.from(key.id, 'hex') },
    ]);
    const [handle] = found;
    if (handle === undefined) this.#handles.delete(name);
    else this.#handles.set(name, handle);
    return handle;
  }

  forget(key: StoredKey): void {
    this.#handles.delete(nameOf(key));
  }

  /** Closes all; errors do not matter any more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const session of [...this.#free.splice(0), this.#home]) this.#close(session);
    for (const wake of this.#waiting.splice(0)) wake(this.#home);
  }

  #at(session: Handle): At {
    if (this.#ended)
      throw new TokenError('token-gone', 'The token went away before the work could begin. Try again.');
    return {
      cryptoki: this.#module.cryptoki,
      session,
      handleOf: (key) => this.#handleOf(key),
    };
  }

  #handleOf(key: TokenKey): Promise<Handle> {
    if (key.kind === 'session') {
      const made = this.#sessionKeys.get(key) ?? this.atHome(key.make);
      this.#sessionKeys.set(key, made);
      made.catch(() => this.#sessionKeys.delete(key));
      return made;
    }
    const handle = this.#handles.get(nameOf(key)) ?? this.lookUp(key);
    return handle === undefined
      ? Promise.reject(
          new TokenError(
            'key-not-found',
            `The token "${this.slot.label}" does not hold the key "${key.label}" (${key.id}).`,
          ),
        )
      : Promise.resolve(handle);
  }

  #openSession(): Handle {
    return this.#module.cryptoki.C_OpenSession(this.slot.handle, SESSION_FLAGS);
  }

  #close(session: Handle): void {
    try {
      this.#module.cryptoki.C_CloseSession(session);
    } catch {
      // gone with the token
    }
  }

  /** A session in which an operation failed may still hold it half done. */
  #replace(session: Handle): Handle {
    // On a token that is gone or logged out, a new session would work on keys that it may not see.
    if (this.#ended || !this.healthy) return session;
    this.#close(session);
    try {
      return this.#openSession();
    } catch {
      return session; // the token is gone; whoever uses this session next will find out
    }
  }

  #nextFree(): Promise<Handle> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(session: Handle): void {
    if (this.#ended) {
      this.#close(session);
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(session);
    else next(session);
  }
}

/** CKS_RO_USER_FUNCTIONS and CKS_RW_USER_FUNCTIONS, which the binding does not name. */
const LOGGED_IN: ReadonlySet<number> = new Set([1, 3]);

export const CLASS_OF = {
  private: P11.CKO_PRIVATE_KEY,
  public: P11.CKO_PUBLIC_KEY,
  secret: P11.CKO_SECRET_KEY,
} as const;

function nameOf(key: StoredKey): string {
  return `${key.kind} ${key.id} ${key.label}`;
}
