import type { ArrivedCard } from '../../gate/reader/reader.ts';
import { systemTimer } from '../../gate/reader/timer.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';

/** A virtual card over a reader that is in this process: no PC/SC, no air. */
export interface HeldCard {
  readonly arrived: ArrivedCard;
  /** The milliseconds that the card itself computed. */
  readonly computed: () => number;
}

/** Holds a card over the gate; what the card computes is told apart, so that the rest is the gate's. */
export function holdInProcess(card: VirtualCard): HeldCard {
  let computed = 0;
  const timed = <Value>(act: () => Value): Value => {
    const began = performance.now();
    try {
      return act();
    } finally {
      computed += performance.now() - began;
    }
  };
  const arrivedAt = systemTimer.now();
  timed(() => {
    card.powerOn();
  });
  const transmit = (command: Uint8Array): Promise<Uint8Array> =>
    Promise.resolve(timed(() => card.transmit(command)) ?? new Uint8Array());
  return {
    computed: () => computed,
    arrived: {
      reader: 'in this process',
      arrivedAt,
      left: new AbortController().signal,
      connect: () =>
        Promise.resolve({
          transmit,
          release: () => {
            card.powerOff();
            return Promise.resolve();
          },
        }),
    },
  };
}
