import type { VerdictName } from '../../gate/decide/verdict.ts';
import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import type { PackRules } from '../../ticketing/entry-list/pack-contents.ts';

// What a gate should say, by the words of the design alone: a second opinion that shares no code with the
// gate's. It keeps every movement in one list and looks through all of it at every question.

/** One card, as the model needs it. */
export interface ModelCard {
  readonly name: string;
  /** What the card comes to by itself, whatever the list says of it. */
  readonly refusedAs?: VerdictName;
  /** Named in the list as lost. */
  readonly lost: boolean;
  readonly record?: EntryRecord;
}

export interface Predicted {
  readonly verdict: VerdictName;
  /** Shown again, written down as the same tap. */
  readonly repeat: boolean;
}

interface Movement {
  readonly card: string;
  readonly record: EntryRecord;
  readonly out: boolean;
  readonly at: number;
}

const hours = 3_600_000;

export class Model {
  readonly #rules: PackRules;
  readonly #door: string;
  readonly #movements: Movement[] = [];

  constructor(rules: PackRules, door: string) {
    this.#rules = rules;
    this.#door = door;
  }

  /** What the tap should end in; an admission is remembered. */
  tap(card: ModelCard, out: boolean, at: number): Predicted {
    const { record } = card;
    if (card.refusedAs !== undefined) return said(card.refusedAs);
    if (card.lost) return said('revoked');
    if (record === undefined) return said('not-on-list');
    const last = this.#movements.findLast((each) => each.card === card.name);
    if (last?.out === out && at - last.at <= 3000) return { verdict: 'admitted', repeat: true };
    const against = out ? undefined : this.#against(card.name, record, at);
    if (against !== undefined) return said(against);
    this.#movements.push({ card: card.name, record, out, at });
    return said('admitted');
  }

  /** How many people went in, went out, and are inside. */
  counts(): { in: number; out: number; inside: number } {
    const people = (movements: readonly Movement[]): number =>
      movements.reduce((sum, { record }) => sum + (record.admits ?? 1), 0);
    const lasts = new Map(this.#movements.map((each) => [each.record.ticket, each]));
    return {
      in: people(this.#movements.filter(({ out }) => !out)),
      out: people(this.#movements.filter(({ out }) => out)),
      inside: people([...lasts.values()].filter(({ out }) => !out)),
    };
  }

  /** Whether the ticket is inside. */
  isInside(ticket: string): boolean {
    return this.#movements.findLast((each) => each.record.ticket === ticket)?.out === false;
  }

  #against(card: string, record: EntryRecord, at: number): VerdictName | undefined {
    if (this.#isUsed(card, record)) return 'already-entered';
    const doors = record.doors ?? this.#rules.zoneDoors?.[record.zone ?? ''];
    if (doors?.includes(this.#door) === false) return 'wrong-gate';
    return (
      this.#untimely(record, at) ??
      (this.#isAtLimit(card, record, at) ? 'visit-limit' : undefined) ??
      this.#withoutOthers(record, at)
    );
  }

  /** Whether the card or another one of its ticket has gone in and may not again. */
  #isUsed(card: string, { ticket }: EntryRecord): boolean {
    if (this.#rules.entry === 'freely') return false;
    const isIn = (movements: readonly Movement[]): boolean =>
      this.#rules.entry === 'after-exit'
        ? movements.at(-1)?.out === false
        : movements.some(({ out }) => !out);
    return (
      isIn(this.#movements.filter((each) => each.card === card)) ||
      isIn(this.#movements.filter((each) => each.record.ticket === ticket))
    );
  }

  #untimely(record: EntryRecord, at: number): VerdictName | undefined {
    const all = this.#rules.windows ?? [];
    const ofCategory = all.filter(({ category }) => category === record.category);
    const ofNobody = all.filter(({ category }) => category === undefined);
    const windows =
      record.window === undefined ? (ofCategory.length > 0 ? ofCategory : ofNobody) : [record.window];
    if (windows.length === 0) return undefined;
    if (windows.some(({ from, until }) => at >= from.getTime() && at <= until.getTime())) return undefined;
    return windows.some(({ from }) => at < from.getTime()) ? 'too-early' : 'too-late';
  }

  /** So many visits in so many days of Japan's calendar, today counted; of the card, and of the ticket. */
  #isAtLimit(card: string, { ticket }: EntryRecord, at: number): boolean {
    const day = (time: number): number => Math.floor((time + 9 * hours) / (24 * hours));
    const visits = this.#movements.filter(({ out }) => !out);
    return (this.#rules.visitLimits ?? []).some((limit) => {
      const recent = visits.filter((each) => day(each.at) > day(at) - limit.days);
      const ofCard = recent.filter((each) => each.card === card).length;
      const ofTicket = recent.filter((each) => each.record.ticket === ticket).length;
      return ofCard >= limit.visits || ofTicket >= limit.visits;
    });
  }

  #withoutOthers(record: EntryRecord, at: number): VerdictName | undefined {
    const party = this.#movements.filter((each) => each.record.party?.id === record.party?.id);
    if (record.flags?.includes('needs-adult') === true) {
      const adults = party.filter((each) => each.record.flags?.includes('needs-adult') !== true);
      const adult = record.party !== undefined && adults.some((each) => this.isInside(each.record.ticket));
      if (!adult) return 'needs-adult';
    }
    const within = this.#rules.partyWithinSeconds;
    if (record.party?.role !== 'companion' || within === undefined) return undefined;
    const came = party.findLast((each) => each.record.party?.role === 'representative' && !each.out);
    return came !== undefined && at - came.at <= within * 1000 ? undefined : 'party-incomplete';
  }
}

function said(verdict: VerdictName): Predicted {
  return { verdict, repeat: false };
}
