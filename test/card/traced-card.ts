import { changedCard } from './faulty-card.ts';
import { statusOf } from './status-words.ts';
import type { VirtualCard } from './virtual-card.ts';

/** One command and its answer, fit to be shown: no PIN, and nothing of what was read or signed. */
export interface TraceEntry {
  /** What the command does, in a word. */
  readonly name: string;
  /** Class, instruction, P1, P2. */
  readonly header: Uint8Array;
  /** How many bytes the whole command and the whole answer have. */
  readonly sent: number;
  readonly received: number;
  /** The status word; `undefined` where the card left, or answered with less than two bytes. */
  readonly status: number | undefined;
}

const names = new Map([
  [0x00a4, 'SELECT'],
  [0x00b0, 'READ BINARY'],
  [0x0020, 'VERIFY'],
  [0x0084, 'GET CHALLENGE'],
  [0x802a, 'SIGN'],
  [0x80a2, 'LOAD TERMINAL CERTIFICATE'],
  [0x0082, 'EXTERNAL AUTHENTICATE'],
  [0x0022, 'MANAGE SECURITY ENVIRONMENT'],
  [0x002a, 'VERIFY CERTIFICATE'],
]);

/** A card that tells `listener` of each command that it has answered. */
export function tracedCard(card: VirtualCard, listener: (entry: TraceEntry) => void): VirtualCard {
  return changedCard(card, {
    transmit: (command) => {
      const answer = card.transmit(command);
      const [cla = 0, ins = 0] = command;
      listener({
        name: names.get((cla << 8) | ins) ?? 'UNKNOWN',
        header: command.slice(0, 4),
        sent: command.length,
        received: answer?.length ?? 0,
        status: answer === undefined || answer.length < 2 ? undefined : statusOf(answer),
      });
      return answer;
    },
  });
}
