import { once } from 'node:events';
import { watchPcscReaders } from '../../gate/reader/pcsc-reader.ts';
import type { ArrivedCard } from '../../gate/reader/reader.ts';
import { systemTimer } from '../../gate/reader/timer.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';
import type { PrivatePcscd } from '../../test/reader/private-pcscd.ts';

/** The field of a reader, over which one card after the other is held. */
export interface Field {
  /** Lays a card on the reader, and takes it away afterwards. */
  with(pcscd: PrivatePcscd, card: VirtualCard, use: (arrived: ArrivedCard) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** A card that lies there already, as if it had come only now: with an end of its own to listen for. */
export function heldAnew(card: ArrivedCard): ArrivedCard {
  return { ...card, arrivedAt: systemTimer.now(), left: AbortSignal.any([card.left]) };
}

/** Watches the readers of the pcscd that the environment names. */
export function watchField(): Field {
  let arrived: (card: ArrivedCard) => void = () => undefined;
  const reader = watchPcscReaders(
    {},
    {
      onCard: (card) => {
        arrived(card);
      },
    },
  );
  return {
    async with(pcscd, card, use) {
      const arrival = new Promise<ArrivedCard>((resolve) => {
        arrived = resolve;
      });
      await pcscd.insert(0, card);
      const there = await arrival;
      await use(there);
      await pcscd.remove(0);
      if (!there.left.aborted) await once(there.left, 'abort');
    },
    close: () => reader.close(),
  };
}
