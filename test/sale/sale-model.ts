// What a sale is to do, said a second time and as plainly as can be: one act after the other, no database.
import type { ApplicationForm } from '../../ticketing/signed-form/application-form.ts';

/** Each seat costs this much, in yen. */
export const price = 8000;
/** A slip is good until the end of the third day; on the morning after, the seats are free again. */
const payWithinDays = 3;
/** So old an application may be that a kiosk kept. */
const queueDays = 7;

export type Act =
  /** The same id again is the same application again. */
  | {
      readonly act: 'apply';
      readonly id: string;
      /** The day on which its card signed. */
      readonly signed: number;
      readonly person: number;
      readonly session: number;
      readonly tickets: number;
      readonly companions: ApplicationForm['companions'];
    }
  /** A payment notice; without an application it is for a slip that nobody was given. */
  | { readonly act: 'pay'; readonly id?: string; readonly notice: string; readonly isShort: boolean }
  /** Takes back all tickets of an application, or the last that is left. */
  | { readonly act: 'cancel'; readonly id: string; readonly isLastOnly: boolean }
  /** The background work: lapses what is overdue. */
  | { readonly act: 'lapse' };

interface Taken {
  readonly person: number;
  readonly session: number;
  readonly companions: ApplicationForm['companions'];
  readonly day: number;
  readonly seats: readonly number[];
  /** Those of its seats that it still has. */
  left: number[];
  state: 'reserved' | 'paid' | 'lapsed' | 'cancelled' | 'refunded';
  /** Whether the card that signed opens its first ticket. */
  isBound: boolean;
}

/** How a sale stands. */
export interface SaleState {
  day: number;
  readonly quota: number;
  readonly sessionQuota: number;
  /** Session by session, seat by seat: the application that has it, or why nobody can. */
  readonly seats: string[][];
  readonly applications: Record<string, Taken>;
  readonly payments: Record<string, { readonly outcome: string; readonly isShort: boolean }>;
  owedBack: number;
}

/** What of it can be seen in the database. */
export interface SaleFacts {
  readonly seats: readonly (readonly string[])[];
  readonly applications: Readonly<Record<string, string>>;
  readonly bound: readonly string[];
  readonly payments: Readonly<Record<string, string>>;
  /** Payments that people must look into. */
  readonly cases: number;
  readonly owedBack: number;
}

export function factsOf({ seats, applications, payments, owedBack }: SaleState): SaleFacts {
  const all = Object.entries(applications);
  const seatOf = (holder: string): string => {
    const state = applications[holder]?.state;
    return state === undefined ? holder : `${state === 'paid' ? 'sold' : 'held'} ${holder}`;
  };
  return {
    seats: seats.map((session) => session.map(seatOf)),
    applications: Object.fromEntries(all.map(([id, { state }]) => [id, state])),
    bound: all.flatMap(([id, { isBound }]) => (isBound ? [id] : [])).sort(),
    payments: Object.fromEntries(Object.entries(payments).map(([id, { outcome }]) => [id, outcome])),
    cases: Object.values(payments).filter(({ outcome }) => outcome !== 'applied').length,
    owedBack,
  };
}

/** Does an act to a state, and says which answers would be right. */
export function perform(state: SaleState, act: Act): readonly string[] {
  switch (act.act) {
    case 'apply':
      return apply(state, act);
    case 'pay':
      return [pay(state, act)];
    case 'cancel':
      return [cancel(state, act)];
    case 'lapse':
      for (const id of overdue(state)) lapse(state, id);
      return ['done'];
  }
}

function apply(state: SaleState, { id, ...wish }: Extract<Act, { act: 'apply' }>): readonly string[] {
  const known = state.applications[id];
  if (known !== undefined) return [reservation(known)];
  const { person, session, tickets, companions } = wish;
  if (state.day - wish.signed > queueDays) return ['refused: too-old'];
  const isFull = state.seats[session]?.every((seat) => seat !== 'free') ?? true;
  const mine = Object.values(state.applications).filter((each) => each.person === person);
  const here = mine.filter((each) => each.session === session);
  const isBound = here.some((each) => each.isBound);
  const refused = (code: string): readonly string[] =>
    // It is looked at twice, and the first look is at the seats alone.
    isFull ? [`refused: ${code}`, 'refused: sold-out'] : [`refused: ${code}`];
  if (count(here) + tickets > state.sessionQuota || count(mine) + tickets > state.quota)
    return refused('quota-reached');
  if (isBound && companions === 'representative-opens') return refused('card-already-bound');
  const seats = bestSeats(state.seats[session] ?? [], tickets);
  if (seats === undefined) return refused('sold-out');
  const { day } = state;
  const taken: Taken = {
    person,
    session,
    companions,
    day,
    seats,
    left: [...seats],
    state: 'reserved',
    isBound: !isBound,
  };
  state.applications[id] = taken;
  give(state, session, seats, id);
  return [reservation(taken)];
}

function reservation({ state, seats }: Taken): string {
  return `${state}: ${seats.map((seat) => `A-${seat + 1}`).join(' ')}`;
}

function count(applications: readonly Taken[]): number {
  return applications.reduce((sum, { left }) => sum + left.length, 0);
}

/** The first that are side by side; the first of all where so many nowhere are. */
function bestSeats(seats: readonly string[], wanted: number): number[] | undefined {
  const free = seats.flatMap((seat, place) => (seat === 'free' ? [place] : []));
  const runs = free
    .map((_, start) => free.slice(start, start + wanted))
    .filter((run) => run.length === wanted);
  return runs.find((run) => (run.at(-1) ?? 0) - (run[0] ?? 0) === wanted - 1) ?? runs[0];
}

function pay(state: SaleState, { id = '', notice, isShort }: Extract<Act, { act: 'pay' }>): string {
  const before = state.payments[notice];
  if (before !== undefined) return before.isShort === isShort ? before.outcome : 'refused: id-taken';
  const application = state.applications[id];
  const outcome = ((): string => {
    if (application === undefined) return 'unknown-slip';
    if (application.state === 'paid') return 'paid-twice';
    if (application.state !== 'reserved') return 'paid-late';
    if (isShort) return 'wrong-amount';
    application.state = 'paid';
    return 'applied';
  })();
  state.payments[notice] = { outcome, isShort };
  return outcome;
}

function cancel(state: SaleState, { id, isLastOnly }: Extract<Act, { act: 'cancel' }>): string {
  const application = state.applications[id];
  if (application === undefined || application.left.length === 0) return 'refused: nothing-left';
  const isWhole = !isLastOnly || application.left.length === 1;
  if (application.state === 'reserved' && !isWhole) return 'refused: only-whole';
  const going = isWhole ? application.left : application.left.slice(-1);
  const owed = application.state === 'paid' ? going.length * price : 0;
  const ended = application.state === 'paid' ? 'refunded' : 'cancelled';
  take(state, application, going, ended);
  state.owedBack += owed;
  return `owed: ${owed}`;
}

/** The applications whose time to pay is over. */
export function overdue({ day, applications }: SaleState): string[] {
  const isOver = (each: Taken): boolean => each.state === 'reserved' && day > each.day + payWithinDays;
  return Object.entries(applications).flatMap(([id, each]) => (isOver(each) ? [id] : []));
}

/** Lapses one application, where it is not paid or cancelled meanwhile. */
export function lapse(state: SaleState, id: string): void {
  const application = state.applications[id];
  if (application?.state === 'reserved') take(state, application, application.left, 'lapsed');
}

function take(state: SaleState, application: Taken, seats: readonly number[], ended: Taken['state']): void {
  give(state, application.session, seats, 'free');
  application.left = application.left.filter((seat) => !seats.includes(seat));
  const first = application.seats[0] ?? 0;
  if (seats.includes(first)) application.isBound = false;
  if (application.left.length === 0) application.state = ended;
}

function give(state: SaleState, session: number, seats: readonly number[], to: string): void {
  for (const seat of seats) state.seats[session]?.splice(seat, 1, to);
}
