/** One use of a nonce: by which key, and until when its signature holds, in seconds since 1970. */
export interface UsedNonce {
  readonly keyId: string;
  readonly nonce: string;
  readonly expires: number;
}

/**
 * Remembers the nonces of signatures that still hold, so that none is taken twice. Several servers over one
 * database keep this in the database instead.
 *
 * @example
 * const nonces = new NonceMemory();
 * await verifyRequest(request, { keyOf, now: Date.now(), useNonce: (used, now) => nonces.use(used, now) });
 */
export class NonceMemory {
  /** When each ends to matter, oldest use first. */
  readonly #used = new Map<string, number>();

  /** Whether this is its first use. `now` is in seconds. */
  use({ keyId, nonce, expires }: UsedNonce, now: number): boolean {
    this.#forget(now);
    const name = `${keyId} ${nonce}`;
    if (this.#used.has(name)) return false;
    this.#used.set(name, expires);
    return true;
  }

  get size(): number {
    return this.#used.size;
  }

  /** Signatures hold for minutes, so what stands first has ended first, give or take those minutes. */
  #forget(now: number): void {
    for (const [name, expires] of this.#used) {
      if (expires >= now) return;
      this.#used.delete(name);
    }
  }
}
