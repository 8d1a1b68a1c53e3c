import { hmac, type _HMAC } from '@noble/hashes/hmac.js';
import { sha256, type _SHA256 } from '@noble/hashes/sha2.js';

/**
 * HMAC-SHA-256 under one key for many messages. The key's own blocks are hashed once, and no object is
 * made for a message: over a million rows that is most of the time that HMAC takes.
 */
export class KeyedHash {
  readonly #fresh: _HMAC<_SHA256>;
  readonly #working: _HMAC<_SHA256>;

  constructor(key: Uint8Array) {
    this.#fresh = hmac.create(sha256, key);
    this.#working = hmac.create(sha256, key);
  }

  of(message: Uint8Array): Uint8Array {
    const out = new Uint8Array(32);
    this.#fresh._cloneInto(this.#working);
    this.#working.update(message).digestInto(out);
    return out;
  }
}
