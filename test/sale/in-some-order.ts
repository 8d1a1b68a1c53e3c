import { isDeepStrictEqual } from 'node:util';
import { factsOf, lapse, overdue, perform, type Act, type SaleFacts, type SaleState } from './sale-model.ts';

/** An act, and what was answered. */
export interface Answered {
  readonly act: Act;
  readonly answer: string;
}

/** Something that happened at one moment among others. */
type Moment = (state: SaleState) => boolean;

/**
 * Whether what was done at once can have been done in some order, one act after the other: each was answered
 * as the model answers there, and in the end all is as the model has it. Answers the state after that order.
 */
export function inSomeOrder(
  before: SaleState,
  answered: readonly Answered[],
  facts: SaleFacts,
): SaleState | undefined {
  const moments = answered.flatMap((each) => momentsOf(before, each));
  const seen = new Set<string>();
  const search = (state: SaleState, left: readonly Moment[]): SaleState | undefined => {
    if (left.length === 0) return isDeepStrictEqual(factsOf(state), facts) ? state : undefined;
    const place = JSON.stringify([left.map((moment) => moments.indexOf(moment)), state]);
    if (seen.has(place)) return undefined;
    seen.add(place);
    for (const moment of left) {
      const next = structuredClone(state);
      if (!moment(next)) continue;
      const found = search(
        next,
        left.filter((other) => other !== moment),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(before, moments);
}

/** Lapsing goes from application to application, and others may come between; each other act is one moment. */
function momentsOf(before: SaleState, { act, answer }: Answered): Moment[] {
  if (act.act !== 'lapse') return [(state) => perform(state, act).includes(answer)];
  return overdue(before).map((id) => (state) => {
    lapse(state, id);
    return true;
  });
}
