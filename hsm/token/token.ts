import { Connection, type At } from './connection.ts';
import { returnValueOf } from './cryptoki.ts';
import { Module, type Slot } from './module.ts';
import type { StoredKey } from './stored-key.ts';
import { TokenError } from './token-error.ts';

/** How a token is doing: `ready`, `lost` (unplugged, or its module failing; it is being looked for), `closed`. */
export type TokenState = 'ready' | 'lost' | 'closed';

export interface TokenOptions {
  /** Path of the vendor's PKCS#11 library. */
  readonly module: string;
  /** The token's label. */
  readonly token: string;
  /** Kept in memory alone, to log in again when the token comes back. */
  readonly pin: string;
  /** Library parameters, for modules that want them (NSS: `configdir='sql:…'`). */
  readonly parameters?: string;
  /** How many operations may run at once; libuv's pool has four threads. */
  readonly sessions?: number;
  /** How long to wait between two looks for a token that went away. */
  readonly retryMilliseconds?: number;
}

/** Return values after which no session of ours can be trusted to be what it was. */
const GONE = new Set([
  'CKR_DEVICE_REMOVED',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_DEVICE_ERROR',
  'CKR_SLOT_ID_INVALID',
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_CRYPTOKI_NOT_INITIALIZED',
  // Handles are looked up once a connection: one that no longer holds means the objects were swapped under us.
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_KEY_HANDLE_INVALID',
]);

/**
 * One token, logged in. It outlives its hardware: when the token goes away the work under way fails with
 * `token-gone`, `state` turns to `lost`, and the token is looked for until it is back or `close` is called.
 */
export class Token {
  readonly label: string;
  readonly #options: TokenOptions;
  readonly #module: Module;
  readonly #listeners = new Set<(state: TokenState) => void>();
  /** Stored keys in use: a connection on which one is missing is not the token we had. */
  readonly #known = new Map<string, StoredKey>();
  #connection: Connection | undefined;
  #slot: Slot;
  #state: TokenState = 'ready';
  #timer: NodeJS.Timeout | undefined;

  /** Use `openToken`. */
  constructor(options: TokenOptions) {
    this.label = options.token;
    this.#options = options;
    this.#module = Module.acquire(options.module, options.parameters);
    try {
      this.#connection = this.#connect();
      this.#slot = this.#connection.slot;
    } catch (error) {
      this.#module.release();
      throw inOurWords(error, this.label);
    }
  }

  get state(): TokenState {
    return this.#state;
  }

  /** Who made the token, for people. */
  get description(): { manufacturer: string; model: string; serialNumber: string } {
    const { manufacturer, model, serialNumber } = this.#slot;
    return { manufacturer, model, serialNumber };
  }

  /** Calls `listener` at every change of `state`; returns what ends that. */
  onState(listener: (state: TokenState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs one operation in a session of the pool. */
  async inSession<T>(work: (at: At) => Promise<T>): Promise<T> {
    return this.#guarded((connection) => connection.inSession(work));
  }

  /** Runs one operation in the session that owns session objects. */
  async atHome<T>(work: (at: At) => Promise<T>): Promise<T> {
    return this.#guarded((connection) => connection.atHome(work));
  }

  /** Something short and blocking on the connection itself: finding, listing mechanisms. */
  async onConnection<T>(work: (connection: Connection, module: Module) => T): Promise<T> {
    return this.#guarded((connection) => Promise.resolve(work(connection, this.#module)));
  }

  /** Names a stored key that must be there again before a returned token counts as ready. */
  rely(key: StoredKey): void {
    this.#known.set(`${key.kind} ${key.label} ${key.id}`, key);
  }

  /** A key that is gone on purpose. */
  forget(key: StoredKey): void {
    this.#known.delete(`${key.kind} ${key.label} ${key.id}`);
    this.#connection?.forget(key);
  }

  /**
   * Looks for a lost token now instead of waiting for the next look. Blocks for as long as the module
   * takes; throws why it did not come back.
   */
  reconnect(): void {
    if (this.#state === 'closed') throw closed(this.label);
    if (this.#state === 'ready') return;
    try {
      this.#connection = this.#connect();
    } catch (error) {
      if (wrongPin(error) || !this.#module.mayRestart) throw inOurWords(error, this.label);
      try {
        this.#module.restart();
        this.#connection = this.#connect();
      } catch (second) {
        throw inOurWords(second, this.label);
      }
    }
    this.#slot = this.#connection.slot;
    clearTimeout(this.#timer);
    this.#module.countLost(-1);
    this.#enter('ready');
  }

  /** Logs out and lets go. The token stays as it is. */
  close(): void {
    if (this.#state === 'closed') return;
    clearTimeout(this.#timer);
    if (this.#state === 'lost') this.#module.countLost(-1);
    this.#connection?.end();
    this.#connection = undefined;
    this.#module.release();
    this.#enter('closed');
  }

  async #guarded<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#state === 'closed') throw closed(this.label);
    const connection = this.#connection;
    if (connection === undefined) throw gone(this.label);
    try {
      return await work(connection);
    } catch (error) {
      const value = returnValueOf(error);
      // On a token that is gone, some modules find no keys rather than no token.
      const notFound = error instanceof TokenError && error.code === 'key-not-found';
      if (value === undefined && !notFound) throw error;
      if ((value === undefined || !GONE.has(value)) && connection.healthy)
        throw inOurWords(error, this.label);
      this.#lose(connection);
      throw gone(this.label, error);
    }
  }

  #connect(): Connection {
    this.#module.initialise();
    const { token, pin, sessions = 4 } = this.#options;
    const connection = new Connection(this.#module, token, pin, sessions);
    for (const key of this.#known.values()) {
      if (connection.lookUp(key) !== undefined) continue;
      connection.end();
      throw new TokenError(
        'key-not-found',
        `The token "${token}" is back without the key "${key.label}" (${key.id}). Is it the same token?`,
      );
    }
    return connection;
  }

  /** Many operations can fail on one connection; the first of them loses it. */
  #lose(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    connection.end();
    this.#module.countLost(1);
    this.#enter('lost');
    this.#lookAgainIn(0);
  }

  #lookAgainIn(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      if (this.#state !== 'lost') return;
      try {
        this.reconnect();
      } catch (error) {
        // A PIN that is refused must not be tried again and again: the token would lock.
        if (!wrongPin(error)) this.#lookAgainIn(this.#options.retryMilliseconds ?? 1000);
      }
    }, milliseconds).unref();
  }

  #enter(state: TokenState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/**
 * Opens a token and logs in.
 *
 * @example
 * const token = await openToken({ module: '/usr/lib/softhsm/libsofthsm2.so', token: 'gate', pin });
 * const identity = await openSigner(token, 'gate-identity');
 */
export function openToken(options: TokenOptions): Promise<Token> {
  // Opening blocks today; a promise leaves room for modules that need not.
  return new Promise((resolve) => {
    resolve(new Token(options));
  });
}

function gone(label: string, cause?: unknown): TokenError {
  return new TokenError(
    'token-gone',
    `The token "${label}" went away. Plug it in again; it is being looked for.`,
    { cause },
  );
}

function closed(label: string): TokenError {
  return new TokenError('token-closed', `The token "${label}" is closed.`);
}

function wrongPin(error: unknown): boolean {
  return error instanceof TokenError && (error.code === 'pin-wrong' || error.code === 'pin-locked');
}

/** Errors of ours stay; the binding's get a sentence. */
function inOurWords(error: unknown, label: string): unknown {
  const value = returnValueOf(error);
  if (error instanceof TokenError || value === undefined) return error;
  return new TokenError('token-refused', `The token "${label}" refused (${value}).`, { cause: error });
}
