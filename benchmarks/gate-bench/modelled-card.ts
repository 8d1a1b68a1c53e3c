import { commandTime, type CardModel } from '../../gate/card-model/card-model.ts';
import type { ArrivedCard } from '../../gate/reader/reader.ts';
import { systemTimer } from '../../gate/reader/timer.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';

/** A command that the modelled card answered, and what the model says it takes. */
export interface ModelledStep {
  readonly command: Uint8Array;
  readonly received: number;
  readonly milliseconds: number;
}

export interface ModelledTap {
  readonly arrived: ArrivedCard;
  readonly steps: readonly ModelledStep[];
  /** What the model says of all that the card did: activation and commands, nothing of the gate's. */
  readonly bound: () => number;
}

/**
 * Holds a virtual card over the gate that takes its time as the model says. The time really passes: the gate
 * waits for the answer as it would for a card's, and its HSM works meanwhile. What the virtual card computes
 * is within its time.
 */
export function holdModelled(card: VirtualCard, model: CardModel, rate: number): ModelledTap {
  const steps: ModelledStep[] = [];
  const { activation } = model.milliseconds;
  const arrivedAt = systemTimer.now();
  card.powerOn();
  const transmit = async (command: Uint8Array): Promise<Uint8Array> => {
    const began = performance.now();
    const answer = card.transmit(command) ?? new Uint8Array();
    const milliseconds = commandTime(model, { command, received: answer.length }, rate);
    steps.push({ command, received: answer.length, milliseconds });
    await until(began + milliseconds);
    return answer;
  };
  return {
    steps,
    bound: () => steps.reduce((sum, step) => sum + step.milliseconds, activation),
    arrived: {
      reader: 'modelled',
      arrivedAt,
      left: new AbortController().signal,
      connect: async () => {
        await until(arrivedAt + activation);
        return {
          transmit,
          release: () => {
            card.powerOff();
            return Promise.resolve();
          },
        };
      },
    },
  };
}

/** What a timer may be late by. */
const late = 2;

/** Waits to a part of a millisecond: a timer for most of it, then turns of the event loop. */
async function until(time: number): Promise<void> {
  const rest = time - performance.now() - late;
  if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  while (performance.now() < time) await new Promise((resolve) => setImmediate(resolve));
}
