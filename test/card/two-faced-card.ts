import { changedCard } from './faulty-card.ts';
import { answer, status, statusOf } from './status-words.ts';
import type { VirtualCard } from './virtual-card.ts';

/**
 * A card that begins its authentication certificate with somebody else's first 256 bytes, in which serial,
 * issuer and dates stand, and goes on with its own. Whoever looks up before reading on must look twice.
 */
export function twoFacedCard(card: VirtualCard, elses: Uint8Array): VirtualCard {
  const head = elses.subarray(0, 256);
  let inCertificate = false;
  return changedCard(card, {
    transmit: (command) => {
      const honest = card.transmit(command);
      const [, ins, p1 = 0, p2 = 0] = command;
      if (honest === undefined || statusOf(honest) !== status.done) return honest;
      if (ins === 0xa4) inCertificate = command.at(-1) === 0x0a && p1 === 0x02;
      if (ins !== 0xb0) return honest;
      if (p1 >= 0x80) inCertificate = (p1 & 0x1f) === 0x0a;
      const offset = p1 >= 0x80 ? p2 : (p1 << 8) | p2;
      if (!inCertificate || offset >= head.length) return honest;
      const changed = Uint8Array.from(honest.subarray(0, -2));
      const shown = head.subarray(offset, offset + changed.length);
      changed.set(shown);
      return answer(status.done, changed);
    },
  });
}
