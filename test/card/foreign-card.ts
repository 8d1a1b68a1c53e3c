import { answer, status } from './status-words.ts';
import type { VirtualCard } from './virtual-card.ts';

/** What a reader makes up for a contactless card with storage alone, as PC/SC's part 3 has it. */
const storageCardAtr = Buffer.from('3b8f8001804f0ca000000306030001000000006a', 'hex');

/** Not a My Number Card at all: it knows no application, and no other command. */
export function foreignCard(): VirtualCard {
  const nothing = (): void => undefined;
  return {
    atr: storageCardAtr,
    powerOn: nothing,
    powerOff: nothing,
    reset: nothing,
    transmit: (command) => {
      if (command.length < 4) return answer(status.wrongLength);
      return answer(command[1] === 0xa4 ? status.fileNotFound : status.unknownInstruction);
    },
  };
}
