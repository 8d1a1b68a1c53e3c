import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import type { Admissions, Movement, Passage } from './admissions.ts';
import type { Credential } from './credential.ts';
import type { Lane, Rules } from './rules.ts';
import { listingOf, type Found, type Listing } from './ticket.ts';
import type { Verdict } from './verdict.ts';
import { reachedLimit } from './visits.ts';
import { notNow } from './windows.ts';

/** The same card within this time of its admission is one tap. */
export const guardMilliseconds = 3_000;

/** All that a decision rests on. */
export interface Question {
  readonly credential: Credential;
  readonly record: Found;
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
 * Of several reasons against a ticket the first in this order is told: clock, card, list (or another
 * session's), entered already, door, time, visits, adult, party.
 *
 * @example
 * const verdict = decide({ credential, record, admissions, rules, lane, now });
 * if (verdict.name === 'admitted' && !verdict.repeat) journal.record(…);
 */
export function decide(question: Question): Verdict {
  const { credential, record, admissions, rules, now } = question;
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
  if (record !== undefined && 'ticket' in record) return decideGenuine({ ...question, ticket: record });
  if (rules.roster === true) return decideGenuine({ ...question, ticket: undefined });
  return notOnThisList(record, now);
}

function decideGenuine(asked: Asked): Verdict {
  if (isRepeat(asked)) return admit(asked, true);
  // Nobody is ever kept in.
  if (asked.lane.direction === 'out') return admit(asked, false);
  return refusal(asked) ?? admit(asked, false);
}

/** A question of a card that is genuine and, but for a roster, on the list. */
interface Asked extends Omit<Question, 'record'> {
  readonly ticket: EntryRecord | undefined;
}

function notOnThisList(record: Exclude<Found, EntryRecord | 'revoked'>, now: number): Verdict {
  if (record === undefined) return { name: 'not-on-list' };
  const { name: session, starts } = record.otherSession;
  return {
    name: 'wrong-session',
    at: now,
    session,
    ...(starts === undefined ? {} : { starts: starts.getTime() }),
  };
}

function isRepeat({ admissions, lane, now }: Asked): boolean {
  const { last } = admissions.binding;
  if (last?.gate !== lane.gate || last.direction !== lane.direction) return false;
  return now - last.at <= guardMilliseconds;
}

function admit({ ticket, admissions, lane, now }: Asked, repeat: boolean): Verdict {
  return {
    name: 'admitted',
    ...shown(ticket, repeat ? (admissions.binding.last?.at ?? now) : now),
    direction: lane.direction,
    gate: lane.gate,
    people: ticket?.admits ?? 1,
    repeat,
  };
}

/** The first reason, if any, against entering now. */
function refusal({ ticket, admissions, rules, lane, now }: Asked): Verdict | undefined {
  const { binding, ticket: ofTicket, party } = admissions;

  const byCard = standing(binding, rules);
  const entered = byCard ?? (ticket === undefined ? undefined : standing(ofTicket, rules));
  if (entered !== undefined) {
    const by = byCard === undefined ? 'ticket' : 'card';
    return {
      name: 'already-entered',
      ...shown(ticket, now),
      enteredAt: entered.at,
      enteredGate: entered.gate,
      by,
    };
  }

  const doors = doorsOf(ticket, rules);
  if (doors !== undefined && !doors.includes(lane.door)) {
    return { name: 'wrong-gate', ...shown(ticket, now), gate: lane.gate, doors };
  }

  const untimely = notNow(ticket, rules, now);
  if (untimely !== undefined) return { ...untimely, ...shown(ticket, now) };

  const limit = reachedLimit([binding.visits, ofTicket.visits], rules.visitLimits ?? [], now);
  if (limit !== undefined) return { name: 'visit-limit', ...shown(ticket, now), ...limit };

  if (ticket?.flags?.includes('needs-adult') === true && !party.adultInside)
    return { name: 'needs-adult', ...shown(ticket, now) };

  const within = rules.partyWithinSeconds;
  if (within !== undefined && ticket?.party?.role === 'companion') {
    const came = party.representativeIn;
    if (came === undefined || now - came > within * 1_000) {
      const missing = came === undefined ? 'representative' : 'in-time';
      return { name: 'party-incomplete', ...shown(ticket, now), missing, withinSeconds: within };
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

function doorsOf(ticket: EntryRecord | undefined, rules: Rules): readonly string[] | undefined {
  if (ticket?.doors !== undefined) return ticket.doors;
  const zones = rules.zoneDoors;
  // A zone named like something that every object has is not a rule.
  return ticket?.zone !== undefined && zones !== undefined && Object.hasOwn(zones, ticket.zone)
    ? zones[ticket.zone]
    : undefined;
}

function shown(
  ticket: EntryRecord | undefined,
  at: number,
): { readonly at: number; readonly ticket?: Listing } {
  return ticket === undefined ? { at } : { at, ticket: listingOf(ticket) };
}
