import type { Admissions, Movement, Passage } from './admissions.ts';
import type { Credential } from './credential.ts';
import type { Lane, Rules } from './rules.ts';
import type { Listing, Ticket } from './ticket.ts';
import type { Verdict } from './verdict.ts';
import { reachedLimit } from './visits.ts';
import { notNow } from './windows.ts';

/** The same card within this time of its admission is one tap. */
export const guardMilliseconds = 3_000;

/** All that a decision rests on. */
export interface Question {
  readonly credential: Credential;
  /** What the entry list holds under the card's tag. */
  readonly record: Ticket | 'revoked' | undefined;
  readonly admissions: Admissions;
  readonly rules: Rules;
  readonly lane: Lane;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Decides what a tap ends in. Pure: no clock, no input, no output; total: every question has a verdict.
 * The gate and the ticketing service ask the same function, so that they cannot drift apart.
 *
 * Of several reasons against a ticket the first in this order is told: clock, card, list, session, entered
 * already, door, time, visits, adult, party.
 *
 * @example
 * const verdict = decide({ credential, record: list.find(tag), admissions, rules, lane, now });
 * if (verdict.name === 'admitted' && !verdict.repeat) journal.record(…);
 */
export function decide(question: Question): Verdict {
  const { credential, record, admissions, rules, lane, now } = question;
  if (credential.kind === 'refused') return credential.verdict;
  if (!Number.isFinite(now) || now < (admissions.newest ?? 0)) {
    return {
      name: 'out-of-order',
      missing: ['clock'],
      code: 'clock-behind',
      reason: 'The clock is behind the last entry of the journal: set it right, then restart the gate.',
    };
  }
  if (record === 'revoked') {
    return { name: 'revoked', code: 'revoked-in-list', reason: 'The entry list names this card as revoked.' };
  }
  if (record === undefined && rules.roster !== true) return { name: 'not-on-list' };
  if (isRepeat(admissions.binding.last, question)) return admit(question, true);
  // Nobody is ever kept in.
  if (lane.direction === 'out') return admit(question, false);
  return refusal(question, record) ?? admit(question, false);
}

function isRepeat(last: Movement | undefined, { lane, now }: Question): boolean {
  if (last?.gate !== lane.gate || last.direction !== lane.direction) return false;
  return now - last.at <= guardMilliseconds;
}

function admit({ record, admissions, lane, now }: Question, repeat: boolean): Verdict {
  const ticket = typeof record === 'object' ? record : undefined;
  return {
    name: 'admitted',
    ...shown(ticket),
    direction: lane.direction,
    gate: lane.gate,
    at: repeat ? (admissions.binding.last?.at ?? now) : now,
    people: ticket?.people ?? 1,
    repeat,
  };
}

/** The first reason, if any, against entering now. */
function refusal(
  { admissions, rules, lane, now }: Question,
  ticket: Ticket | undefined,
): Verdict | undefined {
  const { binding, ticket: ofTicket, party } = admissions;
  if (ticket?.session !== undefined) {
    const { name: session, starts } = ticket.session;
    return {
      name: 'wrong-session',
      ...shown(ticket),
      session,
      ...(starts === undefined ? {} : { sessionStarts: starts }),
    };
  }

  const byCard = standing(binding, rules);
  const entered = byCard ?? (ticket === undefined ? undefined : standing(ofTicket, rules));
  if (entered !== undefined) {
    const by = byCard === undefined ? 'ticket' : 'card';
    return {
      name: 'already-entered',
      ...shown(ticket),
      enteredAt: entered.at,
      enteredGate: entered.gate,
      by,
    };
  }

  const doors = doorsOf(ticket, rules);
  if (doors !== undefined && !doors.includes(lane.door)) {
    return { name: 'wrong-gate', ...shown(ticket), gate: lane.gate, doors };
  }

  const untimely = notNow(ticket, rules, now);
  if (untimely !== undefined) return { ...untimely, ...shown(ticket) };

  const limit = reachedLimit([binding.visits, ofTicket.visits], rules.visitLimits ?? [], now);
  if (limit !== undefined) return { name: 'visit-limit', ...shown(ticket), ...limit };

  if (ticket?.needsAdult === true && !party.adultInside) return { name: 'needs-adult', ...shown(ticket) };

  const within = rules.partyWithinSeconds;
  if (within !== undefined && ticket?.party?.role === 'companion') {
    const came = party.representativeIn;
    if (came === undefined || now - came > within * 1_000) {
      const missing = came === undefined ? 'representative' : 'in-time';
      return { name: 'party-incomplete', ...shown(ticket), missing, withinSeconds: within };
    }
  }
  return undefined;
}

/** The entry that stands in the way of another one. */
function standing({ last, lastIn }: Passage, rules: Rules): Movement | undefined {
  if (rules.entry === 'freely') return undefined;
  if (rules.entry === 'after-exit') return last?.direction === 'in' ? last : undefined;
  return lastIn;
}

function doorsOf(ticket: Ticket | undefined, rules: Rules): readonly string[] | undefined {
  if (ticket?.doors !== undefined) return ticket.doors;
  const zones = rules.zoneDoors;
  // A zone named like something that every object has is not a rule.
  return ticket?.zone !== undefined && zones !== undefined && Object.hasOwn(zones, ticket.zone)
    ? zones[ticket.zone]
    : undefined;
}

/** What screens and receipts may show of a ticket: not its doors, windows or flags. */
function shown(ticket: Ticket | undefined): { readonly ticket?: Listing } {
  if (ticket === undefined) return {};
  const { number, seat, zone, category, party } = ticket;
  return {
    ticket: {
      number,
      ...(seat === undefined ? {} : { seat }),
      ...(zone === undefined ? {} : { zone }),
      ...(category === undefined ? {} : { category }),
      ...(party === undefined ? {} : { party }),
    },
  };
}
