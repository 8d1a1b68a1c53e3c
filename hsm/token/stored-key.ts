import type { Handle } from './cryptoki.ts';
import type { At } from './connection.ts';

/** A key that lives in a token, by name. Handles come and go with connections; names stay. */
export interface StoredKey {
  readonly kind: 'private' | 'public' | 'secret';
  /** What the key is for, e.g. `kazasu/terminal-key`. */
  readonly label: string;
  /** CKA_ID as hex; both halves of a pair bear the same. */
  readonly id: string;
}

/**
 * A key that lives in the token only as long as the connection: made again, from what is wrapped, by
 * every new one. Nothing of it stays in the token when the program ends.
 */
export interface SessionKey {
  readonly kind: 'session';
  readonly make: (at: At) => Promise<Handle>;
}

export type TokenKey = StoredKey | SessionKey;
