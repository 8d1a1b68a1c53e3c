import { createHash } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { HttpError } from './http-error.ts';

/** How long an answer is kept for its key. */
const keptFor = 24 * 3600_000;
const mostKeptBytes = 256 * 1024;

/** A request under its key. */
export interface KeyedRequest {
  /** Whose key it is: others may use the same. */
  readonly scope: string;
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
  readonly etag: string | null;
  readonly location: string | null;
}

/**
 * Lets a request be sent again without being done again. The key is taken before the work begins and the
 * answer is put to it afterwards; a request that was refused gives its key back. Where the process died in
 * between, nobody knows whether it was done, and it is not done again under that key.
 */
export class IdempotencyKeys {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Takes the key. The answer that was given to the same request before, if any; then nothing is to be done. */
  async take(request: KeyedRequest): Promise<KeptAnswer | undefined> {
    const fingerprint = fingerprintOf(request);
    const { scope, key } = request;
    const now = this.#now();
    const before = await this.#store.transaction(async (tables) => {
      const { numInsertedOrUpdatedRows } = await tables
        .insertInto('idempotency_keys')
        .values({
          scope,
          key,
          fingerprint,
          status: null,
          body: null,
          etag: null,
          location: null,
          started_at: now,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 1n) return undefined;
      return tables
        .selectFrom('idempotency_keys')
        .selectAll()
        .where('scope', '=', scope)
        .where('key', '=', key)
        .executeTakeFirst();
    });
    if (before === undefined) return undefined;
    if (!before.fingerprint.equals(fingerprint)) {
      throw new HttpError(
        'idempotency-key-reused',
        'This Idempotency-Key was sent with another request; make a new one for each.',
      );
    }
    const { status, body, etag, location } = before;
    if (status === null) {
      throw new HttpError(
        'idempotency-key-in-use',
        'The same request is being worked on, or was when the service stopped. Wait, then look whether it was done.',
      );
    }
    if (body === null) {
      throw new HttpError(
        'answer-not-kept',
        'This was done. Its answer held a secret that is shown once; make a new secret where it was lost.',
      );
    }
    return { status, body, etag, location };
  }

  /** Puts the answer to the key. One that holds a secret is not kept, only that it was given. */
  async answered({ scope, key }: KeyedRequest, answer: KeptAnswer, holdsSecret: boolean): Promise<void> {
    const { status, body, etag, location } = answer;
    const kept = holdsSecret || body.length > mostKeptBytes ? null : body;
    await this.#store.transaction((tables) =>
      tables
        .updateTable('idempotency_keys')
        .set({ status, body: kept, etag, location })
        .where('scope', '=', scope)
        .where('key', '=', key)
        .execute(),
    );
  }

  /** Gives the key back: nothing was done. */
  async release({ scope, key }: KeyedRequest): Promise<void> {
    await this.#store.transaction((tables) =>
      tables
        .deleteFrom('idempotency_keys')
        .where('scope', '=', scope)
        .where('key', '=', key)
        .where('status', 'is', null)
        .execute(),
    );
  }
}

/** Forgets what is a day old. */
export async function forgetIdempotencyKeys(store: Store, now: number): Promise<void> {
  await store.transaction((tables) =>
    tables
      .deleteFrom('idempotency_keys')
      .where('started_at', '<', now - keptFor)
      .execute(),
  );
}

function fingerprintOf({ method, path, body }: KeyedRequest): Buffer {
  return createHash('sha256').update(`${method} ${path}\n`).update(body).digest();
}
