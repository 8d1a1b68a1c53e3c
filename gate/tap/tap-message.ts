import { randomBytes } from 'node:crypto';

const domain = 'kazasu/tap/v1';

/**
 * What a card is asked to sign: "kazasu/tap/v1" ‖ 00 ‖ gate ‖ 00 ‖ 32 random bytes. The tag keeps the
 * signature from being of use to anything but a gate, the name to any other gate, the random bytes at any
 * other time.
 */
export function tapMessage(gate: string, fresh: Uint8Array = randomBytes(32)): Uint8Array {
  return Buffer.concat([Buffer.from(`${domain}\0${gate}\0`), fresh]);
}
