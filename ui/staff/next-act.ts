import type { Tap } from '../api/staff-messages.ts';

/** What staff sensibly do next about a tap; each is one touch away from it. */
export type NextAct = 'undo' | 'look-up' | 'by-number' | 'check';

/**
 * The next sensible act: who was let in may turn back; of a ticket that is refused one looks up why; a card
 * that opens none is helped by the printed number. A card to be held again, and a repeat, need nothing.
 */
export function nextAct({ light, place, ticket }: Tap): NextAct | undefined {
  switch (light) {
    case 'green':
      return place === undefined ? undefined : 'undo';
    case 'amber':
      return ticket === undefined ? 'by-number' : 'look-up';
    case 'red':
      return 'by-number';
    case 'grey':
      return 'check';
    case 'blue':
      return undefined;
  }
}
