import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import { decide } from '../decide/decide.ts';
import { listingOf, type Direction, type Listing } from '../decide/ticket.ts';
import type { Verdict } from '../decide/verdict.ts';
import { visitsNeeded } from '../decide/visits.ts';
import { present } from '../decide/presentation.ts';
import type { Place } from '../journal/derived.ts';
import type { PastMovement } from '../journal/questions.ts';
import type { Gate } from '../tap/open-gate.ts';
import type { Role } from './role.ts';
import { StaffError } from './staff-error.ts';

type OfGate = Pick<Gate, 'journal' | 'journalSession' | 'lane' | 'rules' | 'findTicket'>;

/** What staff see of a ticket: what it shows, what it came to so far, and what a tap of it would come to now. */
export interface LookedUp {
  readonly ticket: Listing;
  readonly movements: readonly PastMovement[];
  readonly verdict: Verdict;
}

/** Someone to be let in, or out, by hand. */
export interface ByHand {
  /** The printed ticket number; left out for someone without a ticket. */
  readonly ticket?: string;
  readonly direction: Direction;
  readonly reason: string;
  /** Against the rules, knowingly. */
  readonly force: boolean;
  readonly by: Role;
}

/** What came of it. */
export interface DoneByHand {
  readonly at: number;
  readonly gate: string;
  readonly people: number;
  readonly place: Place;
  readonly ticket?: Listing;
}

/** What staff do by hand. The rules of the door hold here as well; going against them must be said. */
export class Desk {
  readonly #gate: OfGate;
  readonly #now: () => number;

  constructor(gate: OfGate, now: () => number) {
    this.#gate = gate;
    this.#now = now;
  }

  /** Looks a ticket up by its printed number. */
  async lookUp(number: string): Promise<LookedUp> {
    const record = await this.#find(number);
    return {
      ticket: listingOf(record),
      movements: this.#gate.journal.movementsOf({
        session: this.#gate.journalSession,
        ticket: record.ticket,
      }),
      verdict: this.#decide(record, this.#gate.lane.direction, this.#now()),
    };
  }

  /** Lets someone in or out; answers what was recorded, with the place by which it can be undone. */
  async letThrough({ ticket, direction, reason, force, by }: ByHand): Promise<DoneByHand> {
    const { journal, journalSession } = this.#gate;
    const record = ticket === undefined ? undefined : await this.#find(ticket);
    // Nothing is awaited from here on: no tap comes between the question and its answer.
    const at = this.#now();
    if (record !== undefined && !force) {
      const verdict = this.#decide(record, direction, at);
      if (verdict.name !== 'admitted') throw new StaffError('against-rules', present(verdict).staff.en);
    }
    const people = record?.admits ?? 1;
    const place = journal.record({
      kind: 'hand',
      at,
      session: journalSession,
      direction,
      by,
      reason,
      ...(record === undefined ? {} : { ticket: record.ticket, category: record.category }),
      ...(record?.party === undefined ? {} : { party: record.party }),
      ...(record?.flags?.includes('needs-adult') === true ? { needsAdult: true } : {}),
      ...(people > 1 ? { people } : {}),
    });
    const listing = record === undefined ? {} : { ticket: listingOf(record) };
    return { at, gate: this.#gate.lane.gate, people, place, ...listing };
  }

  /** Takes an admission back: the visitor turned round. */
  undo(admission: Place, reason: string, by: Role): Place {
    return this.#gate.journal.record({ kind: 'undo', at: this.#now(), admission, by, reason });
  }

  async #find(number: string): Promise<EntryRecord> {
    const found = await this.#gate.findTicket(number);
    if (found === 'revoked') {
      throw new StaffError('revoked-ticket', 'The card of this ticket was revoked; ask the organiser.');
    }
    if (found === undefined) {
      throw new StaffError('no-such-ticket', 'The entry list has no ticket of this number; read it again.');
    }
    return found.record;
  }

  /** The same rules as at the door, for a ticket without a card. */
  #decide(record: EntryRecord, direction: Direction, now: number): Verdict {
    const { journal, journalSession: session, lane, rules } = this.#gate;
    const { ticket, party } = record;
    const admissions = journal.admissionsOf({
      session,
      ticket,
      ...(party === undefined ? {} : { party: party.id }),
      ...(rules.visitLimits === undefined ? {} : { visits: visitsNeeded(rules.visitLimits, now) }),
    });
    const noCard = new Uint8Array(16);
    return decide({
      credential: { kind: 'genuine', tag: noCard },
      record,
      admissions,
      rules,
      lane: { ...lane, direction },
      now,
    });
  }
}
