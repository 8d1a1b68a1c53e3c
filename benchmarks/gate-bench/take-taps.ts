import type { Gate } from '../../gate/tap/open-gate.ts';
import type { Tapped } from '../../gate/tap/tap.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';
import type { World } from '../../test/world/world.ts';

/** The crowd's cards: ordinary ones, on the list. */
export function crowdCards(world: World): VirtualCard[] {
  return world.visitors.filter(({ label }) => label.startsWith('visitor ')).map(({ card }) => card);
}

/** A tap that must end as an admission of its own; anything else would be no work to measure. */
export async function admitted(tap: ReturnType<Gate['tap']>): Promise<Tapped> {
  const tapped = await tap;
  const { verdict } = tapped;
  if (verdict.name !== 'admitted' || verdict.repeat) {
    const because = 'reason' in verdict ? verdict.reason : '';
    throw new Error(`A tap under measurement came to ${verdict.name}. ${because}`);
  }
  return tapped;
}

/** One of the cards, by turns. */
export function inTurn<Value>(values: readonly Value[], turn: number): Value {
  const value = values[turn % values.length];
  if (value === undefined) throw new Error('There is nobody to take a turn.');
  return value;
}
