import { createHash, createHmac } from 'node:crypto';
import type { EventKey } from '../../hsm/keys/event-key.ts';

/** An event key in clear, for tests and vectors only: what a token computes, computed here. */
export function clearEventKey(key: Uint8Array): EventKey {
  const mac = (...parts: (string | Uint8Array)[]): Promise<Uint8Array> => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    return Promise.resolve(Uint8Array.from(hmac.digest()));
  };
  return {
    serialHash: ({ issuer, serial }) =>
      mac('kazasu/serial/v1\0', createHash('sha256').update(issuer).digest(), serial),
    ticketHash: (ticketNumber) => mac('kazasu/ticket/v1\0', ticketNumber),
  };
}
