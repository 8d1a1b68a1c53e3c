import type { VirtualCard } from './virtual-card.ts';

/** A card as `card`, but for what `changes` says. */
export function changedCard(card: VirtualCard, changes: Partial<VirtualCard>): VirtualCard {
  return {
    atr: card.atr,
    powerOn: () => {
      card.powerOn();
    },
    powerOff: () => {
      card.powerOff();
    },
    reset: () => {
      card.reset();
    },
    transmit: (command) => card.transmit(command),
    delayOf: (command, answer) => card.delayOf?.(command, answer) ?? 0,
    ...changes,
  };
}

/**
 * A card that is drawn away too early: it answers `answered` commands in its life, and leaves the field in
 * the middle of the next.
 *
 * @example
 * for (let n = 0; n < 9; n += 1) await pcscd.insert(0, tornCard(card, n));
 */
export function tornCard(card: VirtualCard, answered: number): VirtualCard {
  let left = answered;
  return changedCard(card, {
    transmit: (command) => {
      if (left === 0) return undefined;
      left -= 1;
      return card.transmit(command);
    },
  });
}

/** A card whose answers take long: so many milliseconds each, or as a function of the command tells. */
export function slowCard(card: VirtualCard, delay: number | ((command: Uint8Array) => number)): VirtualCard {
  return changedCard(card, {
    delayOf: (command) => (typeof delay === 'number' ? delay : delay(command)),
  });
}

/** A card whose signatures are wrong by one bit, in all else as `card`. */
export function wronglySigningCard(card: VirtualCard): VirtualCard {
  return changedCard(card, {
    transmit: (command) => {
      const answer = card.transmit(command);
      if (answer === undefined || command[1] !== 0x2a || command[0] !== 0x80 || answer.length <= 2)
        return answer;
      const wrong = Uint8Array.from(answer);
      const last = wrong.length - 3;
      wrong[last] = (wrong[last] ?? 0) ^ 0x01;
      return wrong;
    },
  });
}
