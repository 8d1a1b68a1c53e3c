import type { RequestHead } from '../../hsm/http-signature/signed-request.ts';
import type { UsedNonce } from '../../hsm/http-signature/nonce-memory.ts';
import { signingKeyId } from '../../hsm/http-signature/sign-request.ts';
import { verifyRequest } from '../../hsm/http-signature/verify-request.ts';
import type { Store } from '../store/store.ts';
import { revoked } from './enrol-gate.ts';
import type { GateRow } from './gate.ts';
import { GatesError } from './gates-error.ts';

/** A request whose sender is known. */
export interface GateRequest {
  readonly gate: GateRow;
  /** Gives the body back where it is the one that was signed for. */
  readonly requireBody: (body: Uint8Array) => Uint8Array;
}

/**
 * Tells which enrolled gate signed a request, for this address, now, for the first time. Throws an
 * `HttpSignatureError` or a `GatesError` otherwise, before a body is read.
 *
 * @example
 * const { gate, requireBody } = await verifyGateRequest(store, { method, url, headers }, now());
 */
export async function verifyGateRequest(store: Store, head: RequestHead, now: number): Promise<GateRequest> {
  let gate: GateRow | undefined;
  const { requireBody } = await verifyRequest(head, {
    keyOf: async (keyId) => {
      gate = await store.db
        .selectFrom('gates')
        .selectAll()
        .where('fingerprint', '=', keyId)
        .executeTakeFirst();
      return gate?.identity_key;
    },
    now,
    useNonce: (used, seconds) => useNonce(store, used, seconds),
  });
  // Told only to one who holds the key.
  if (gate === undefined || gate.state === 'revoked') throw revoked();
  await store.db.updateTable('gates').set({ seen_at: now }).where('id', '=', gate.id).execute();
  return { gate, requireBody };
}

/** Checks that a request was signed by this very key, which nobody knows yet: an enrolment's own. */
export async function verifyOwnRequest(
  store: Store,
  head: RequestHead,
  identityKey: Uint8Array,
  now: number,
): Promise<GateRequest['requireBody']> {
  const fingerprint = signingKeyId(identityKey);
  const { requireBody } = await verifyRequest(head, {
    keyOf: (keyId) => {
      if (keyId === fingerprint) return identityKey;
      throw new GatesError(
        'not-the-signer',
        'The request was signed by another key than the one that it is to enrol; sign it with that one.',
      );
    },
    now,
    useNonce: (used, seconds) => useNonce(store, used, seconds),
  });
  return requireBody;
}

/** One row for each signature that still holds: of several instances on one database, one takes it. */
async function useNonce(store: Store, { keyId, nonce, expires }: UsedNonce, now: number): Promise<boolean> {
  return store.transaction(async (tables) => {
    await tables.deleteFrom('gate_nonces').where('expires', '<', now).execute();
    const { numInsertedOrUpdatedRows } = await tables
      .insertInto('gate_nonces')
      .values({ key_id: keyId, nonce, expires })
      .onConflict((conflict) => conflict.columns(['key_id', 'nonce']).doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  });
}
