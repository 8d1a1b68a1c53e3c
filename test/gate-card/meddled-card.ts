import type { VirtualCard } from '../card/virtual-card.ts';

/** Whether a command has this class and instruction. */
export type CommandMatch = (command: Uint8Array) => boolean;

export const isProof: CommandMatch = ([cla, ins]) => cla === 0x00 && ins === 0x82;
export const isSign: CommandMatch = ([cla, ins]) => cla === 0x80 && ins === 0x2a;

/** A card to which something happens right before each command that matches. */
export function meddledCard(
  card: VirtualCard,
  match: CommandMatch,
  meddle: (card: VirtualCard) => void,
): VirtualCard {
  return {
    ...passedOn(card),
    transmit(command) {
      if (match(command)) meddle(card);
      return card.transmit(command);
    },
  };
}

/** A card that never hears the commands that match, and is said to have agreed. */
export function deafCard(card: VirtualCard, match: CommandMatch): VirtualCard {
  return {
    ...passedOn(card),
    transmit: (command) => (match(command) ? Uint8Array.of(0x90, 0x00) : card.transmit(command)),
  };
}

function passedOn(card: VirtualCard): VirtualCard {
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
  };
}
