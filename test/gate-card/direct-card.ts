import type { Card } from '../../gate/reader/reader.ts';
import type { VirtualCard } from '../card/virtual-card.ts';

/** A virtual card without a reader in between, as it comes into the field. */
export function directCard(card: VirtualCard): Card {
  card.powerOn();
  return {
    transmit: (command) => Promise.resolve(card.transmit(command) ?? new Uint8Array()),
  };
}
