import { createHash } from 'node:crypto';
import type { Movement as Passed, Passage } from '../../gate/decide/admissions.ts';
import { decide } from '../../gate/decide/decide.ts';
import type { Rules } from '../../gate/decide/rules.ts';
import { grouped } from './grouped.ts';
import { inTime, type Movement } from './movement.ts';

/** A ticket, or a card without one, that was let through against the rules, seen over all gates. */
export interface AgainstRules {
  readonly verdict: 'already-entered' | 'visit-limit';
  /** `ticket K-1`, or a card by a name that tells nothing of it. */
  readonly subject: string;
  readonly ticket?: string;
  /** All its movements, in order. */
  readonly movements: readonly Movement[];
  /** Those of them that should not have been. */
  readonly against: readonly Movement[];
}

/**
 * Who was let through twice, or too often, by gates that did not know of each other: the gates' own decision,
 * asked again of all their movements in one order. Movements may come in any order. Doors and times are not
 * asked again: each gate knew those by itself.
 */
export function letThroughAgainstRules(
  movements: readonly Movement[],
  { entry, visitLimits }: Pick<Rules, 'entry' | 'visitLimits'>,
  earlier: readonly Movement[] = [],
): AgainstRules[] {
  const rules: Rules = { entry, ...(visitLimits === undefined ? {} : { visitLimits }), roster: true };
  const known = new Known(visitLimits !== undefined);
  for (const movement of earlier.filter(({ undone }) => !undone).sort(inTime)) known.visited(movement);
  const inOrder = movements.filter(({ undone }) => !undone).sort(inTime);
  const bySubject = grouped(inOrder, subjectOf);
  const found = new Map<
    string,
    { readonly verdict: AgainstRules['verdict']; readonly against: Movement[] }
  >();
  for (const movement of inOrder) {
    const subject = subjectOf(movement);
    if (subject === undefined) continue;
    const verdict = verdictOn(movement, rules, known);
    known.moved(movement);
    if (verdict !== 'already-entered' && verdict !== 'visit-limit') continue;
    const key = `${verdict}\n${subject}`;
    const of = found.get(key) ?? { verdict, against: [] };
    of.against.push(movement);
    found.set(key, of);
  }
  return [...found].map(([key, { verdict, against }]) => {
    const subject = key.slice(verdict.length + 1);
    const [{ ticket } = { ticket: undefined }] = against;
    const all = bySubject.get(subject) ?? [];
    return { verdict, subject, ...(ticket === undefined ? {} : { ticket }), movements: all, against };
  });
}

function verdictOn(movement: Movement, rules: Rules, known: Known) {
  const { ticket, category = '', tag, direction, gate, door, at } = movement;
  return decide({
    credential: { kind: 'genuine', tag: Buffer.from(tag ?? '', 'hex') },
    record: ticket === undefined ? undefined : { ticket, category },
    admissions: {
      binding: known.of(tag === undefined ? undefined : `card ${tag}`),
      ticket: known.of(ticket === undefined ? undefined : `ticket ${ticket}`),
      party: { adultInside: true },
    },
    rules,
    lane: { gate, door, direction },
    now: at,
  }).name;
}

/** What has passed so far, by card and by ticket. */
class Known {
  readonly #passages = new Map<string, { last?: Passed; lastIn?: Passed; visits: number[] }>();
  readonly #countsVisits: boolean;

  constructor(countsVisits: boolean) {
    this.#countsVisits = countsVisits;
  }

  of(key: string | undefined): Passage {
    return (key === undefined ? undefined : this.#passages.get(key)) ?? { visits: [] };
  }

  moved(movement: Movement): void {
    const { direction, at, gate } = movement;
    for (const passage of this.#each(movement)) {
      passage.last = { direction, at, gate };
      if (direction === 'in') passage.lastIn = passage.last;
    }
    this.visited(movement);
  }

  /** Counts for the visit limits alone: an entry to another session. */
  visited(movement: Movement): void {
    if (!this.#countsVisits || movement.direction === 'out') return;
    for (const passage of this.#each(movement)) passage.visits.unshift(movement.at);
  }

  *#each({ tag, ticket }: Movement) {
    const keys = [
      tag === undefined ? undefined : `card ${tag}`,
      ticket === undefined ? undefined : `ticket ${ticket}`,
    ];
    for (const key of keys) {
      if (key === undefined) continue;
      const passage = this.#passages.get(key) ?? { visits: [] };
      this.#passages.set(key, passage);
      yield passage;
    }
  }
}

/** Whom a movement is of; nobody that could be told again, where staff let someone in without a ticket. */
export function subjectOf({ ticket, tag }: Pick<Movement, 'ticket' | 'tag'>): string | undefined {
  if (ticket !== undefined) return `ticket ${ticket}`;
  return tag === undefined ? undefined : `card ${cardName(tag)}`;
}

/** A name for a card in cases: the same each time, and no part of its hash. */
function cardName(tag: string): string {
  return createHash('sha256').update(`kazasu/case-card/v1\0${tag}`).digest('hex').slice(0, 12);
}
