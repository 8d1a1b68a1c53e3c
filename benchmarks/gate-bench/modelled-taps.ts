import type { CardModel } from '../../gate/card-model/card-model.ts';
import type { CommandTiming } from '../../gate/card/card-session.ts';
import type { ArrivedCard } from '../../gate/reader/reader.ts';
import type { Gate } from '../../gate/tap/open-gate.ts';
import type { Tapped } from '../../gate/tap/tap.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';
import { holdModelled } from './modelled-card.ts';
import { admitted, inTurn } from './take-taps.ts';
import type { WallClock } from './wall-clock.ts';

/** What many taps of modelled cards took. */
export interface ModelledTaps {
  /** Each tap, from the card's arrival to the verdict on disk. */
  readonly totals: readonly number[];
  /** What card, air and reader alone take for the same commands: nothing of the gate's. */
  readonly bound: number;
  /** One tap, command by command, as the gate saw it, beside what the model says of each. */
  readonly commands: readonly (CommandTiming & { readonly modelled: number })[];
}

export interface ModelledTapsOptions {
  readonly cards: readonly VirtualCard[];
  readonly clock: WallClock;
  readonly model: CardModel;
  readonly rate: number;
  readonly taps: number;
  readonly tap: (card: ArrivedCard) => Promise<Tapped>;
}

export async function takeModelledTaps(options: ModelledTapsOptions): Promise<ModelledTaps> {
  const { cards, clock, model, rate, taps, tap } = options;
  const totals: number[] = [];
  let bound = Number.POSITIVE_INFINITY;
  let commands: ModelledTaps['commands'] = [];
  for (let turn = -2; turn < taps; turn += 1) {
    clock.nextTap();
    const held = holdModelled(inTurn(cards, turn + 2), model, rate);
    const { times } = await admitted(tap(held.arrived));
    if (turn < 0) continue;
    totals.push(times.total);
    bound = Math.min(bound, held.bound());
    commands = times.commands.map((timing, index) => ({
      ...timing,
      modelled: held.steps[index]?.milliseconds ?? Number.NaN,
    }));
  }
  return { totals, bound, commands };
}

/** A gate's tap, for {@link takeModelledTaps}. */
export function tapOf(gate: Gate): (card: ArrivedCard) => Promise<Tapped> {
  return (card) => gate.tap(card);
}
