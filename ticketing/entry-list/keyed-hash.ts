import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

type State = ReturnType<typeof hmac.create>;
type Message = Parameters<Working['update']>[0];
type Working = NonNullable<Parameters<State['_cloneInto']>[0]>;

/**
 * HMAC-SHA-256 under one key for many messages. The key's own blocks are hashed once, and no object is
 * made for a message: over a million rows that is most of the time that HMAC takes.
 */
export class KeyedHash {
  readonly #fresh: State;
  readonly #working: Working;

  constructor(key: Uint8Array) {
    this.#fresh = hmac.create(sha256, key);
    this.#working = this.#fresh._cloneInto() as Working;
  }

  of(message: Uint8Array): Uint8Array {
    const out = new Uint8Array(32);
    this.#fresh._cloneInto(this.#working);
    this.#working.update(message as Message).digestInto(out);
    return out;
  }
}
