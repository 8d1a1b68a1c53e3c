import { outOfOrder } from '../decide/credential.ts';
import type { Verdict } from '../decide/verdict.ts';
import type { ArrivedCard } from '../reader/reader.ts';
import type { Gate } from '../tap/open-gate.ts';
import { settle } from '../tap/settle.ts';
import type { Tapped } from '../tap/tap.ts';
import type { Trouble } from './trouble.ts';

type OfGate = Pick<Gate, 'journal' | 'journalSession' | 'laneOf' | 'rules'>;

/** A card is turned away unread, and this is written down where there is a journal. */
export function turnAway(
  card: ArrivedCard,
  { missing, code, reason }: Trouble,
  at: number,
  gate: OfGate | undefined,
): Tapped {
  const verdict: Verdict =
    gate === undefined
      ? { name: 'out-of-order', missing, code, reason }
      : settle(
          {
            credential: outOfOrder(missing, { code, reason }),
            found: undefined,
            session: gate.journalSession,
            lane: gate.laneOf(card),
            rules: gate.rules,
            at,
          },
          gate.journal,
        );
  const total = performance.now() - card.arrivedAt;
  return { at, verdict, times: { total, card: 0, hsm: 0, own: total, commands: [] } };
}
