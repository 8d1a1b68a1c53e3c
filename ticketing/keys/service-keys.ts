import type { EventKey } from '../../hsm/keys/event-key.ts';
import { listEventKeys, makeEventKey, openEventKey, wrapEventKey } from '../../hsm/keys/event-keys.ts';
import type { Recipient } from '../../hsm/keys/recipient.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import type { StorageKey } from '../../hsm/keys/storage-key.ts';
import { openStorageKey } from '../../hsm/keys/storage-keys.ts';
import type { WrappedEventKey } from '../../hsm/keys/wrapped-event-key.ts';
import type { Token } from '../../hsm/token/token.ts';

/** What the ticketing service does with the keys in its HSM; the token itself goes no further. */
export interface ServiceKeys {
  /** Seals raw serials in the database. */
  readonly storage: StorageKey;
  /** Signs entry lists and packs. */
  readonly listSigner: Signer;
  /** The key under which an event's serials are hashed. */
  eventKey(event: string): Promise<EventKey>;
  /** Makes an event's key, where it is not there already. */
  makeEventKey(event: string): Promise<void>;
  /** An event's key, for one gate's HSM. */
  wrapEventKey(event: string, gate: Recipient): Promise<WrappedEventKey>;
}

/**
 * Opens the service's keys; the storage and the list-signing key were made at the ceremony.
 *
 * @example
 * const keys = await openServiceKeys(token);
 * const hash = await (await keys.eventKey('spring-2027')).serialHash(head);
 */
export async function openServiceKeys(token: Token): Promise<ServiceKeys> {
  const storage = await openStorageKey(token);
  const listSigner = await openSigner(token, 'list-signing');
  const opened = new Map<string, Promise<EventKey>>();
  const open = (event: string, opening: () => Promise<EventKey>): Promise<EventKey> => {
    const known = opened.get(event);
    if (known !== undefined) return known;
    const key = opening();
    opened.set(event, key);
    // What failed once is tried again.
    key.catch(() => opened.delete(event));
    return key;
  };
  return {
    storage,
    listSigner,
    eventKey: (event) => open(event, () => openEventKey(token, event)),
    makeEventKey: async (event) => {
      await open(event, async () => {
        const isThere = (await listEventKeys(token)).includes(event);
        return isThere ? openEventKey(token, event) : makeEventKey(token, event);
      });
    },
    wrapEventKey: (event, gate) => wrapEventKey(token, event, gate),
  };
}
