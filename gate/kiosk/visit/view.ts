import type { SigningStep } from '../../card/sign-with-pin.ts';
import type { CardProfile, KeyName, PinRule } from '../../card/profile.ts';
import { formLines, type FormLine } from '../words/form-lines.ts';
import { notices, type Notice, type Said } from '../words/notices.ts';
import { dayAndTime, yen } from '../words/plain.ts';
import type { Outcome, Refusal } from './outcome.ts';
import { keyFor, receiptNumberOf, type Task } from './task.ts';
import type { Phase, PhaseName, Printing, Visit } from './visit.ts';

/** What the screen is told, and nothing besides: no PIN, no certificate, no claim's code. */
export interface View {
  /** To be named by whatever the screen asks for, so that it never reaches the next visitor. */
  readonly visit: number;
  readonly phase: PhaseName;
  /** Whether a card lies on the reader. */
  readonly card: boolean;
  readonly form?: ShownForm;
  readonly notice?: Notice;
  readonly pin?: ShownPin;
  readonly step?: SigningStep;
  readonly outcome?: ShownOutcome;
  readonly printing?: Printing;
  /** When the visit ends by itself unless something is done. */
  readonly until?: string;
}

interface ShownForm {
  readonly kind: Task['kind'];
  readonly lines: readonly FormLine[];
  /** An application's receipt number. */
  readonly number?: string;
}

interface ShownPin extends Pick<PinRule, 'shortest' | 'longest' | 'characters'> {
  readonly key: KeyName;
  readonly triesLeft: number;
  /** The last try is left, and nobody has said yes to using it. */
  readonly askFirst: boolean;
}

interface ShownOutcome extends Notice {
  readonly kind: Outcome['kind'];
  readonly number?: string;
  readonly refusal?: Refusal;
  readonly reserved?: {
    readonly application: string;
    readonly seats: readonly string[];
    readonly total: Said;
    readonly due: Said;
    readonly slip?: { readonly number: string; readonly url: string };
  };
}

export function viewOf({ number, phase, card }: Visit, pins: CardProfile['pins']): View {
  const notice = noticeOf(phase);
  return {
    visit: number,
    phase: phase.name,
    card: card !== undefined,
    ...('task' in phase ? { form: shownForm(phase.task) } : {}),
    ...(notice === undefined ? {} : { notice }),
    ...(phase.name === 'enter-pin' ? { pin: shownPin(phase, pins) } : {}),
    ...(phase.name === 'working' ? { step: phase.step } : {}),
    ...(phase.name === 'done' ? { outcome: shownOutcome(phase.outcome) } : {}),
    ...(phase.name === 'done' && phase.printing !== undefined ? { printing: phase.printing } : {}),
  };
}

function noticeOf(phase: Phase): Notice | undefined {
  if (phase.name === 'take-card') return notices['take-card'];
  if (phase.name === 'enter-pin') {
    if (phase.triesLeft === 1) return notices['last-try'];
    return phase.wrong ? notices['wrong-pin'] : undefined;
  }
  return 'notice' in phase ? notices[phase.notice] : undefined;
}

function shownForm(task: Task): ShownForm {
  const lines = formLines(task);
  if (task.kind === 'binding') return { kind: task.kind, lines };
  return { kind: task.kind, lines, number: receiptNumberOf(task.form.id) };
}

function shownPin(phase: Extract<Phase, { name: 'enter-pin' }>, pins: CardProfile['pins']): ShownPin {
  const { task, triesLeft, agreed } = phase;
  const key = keyFor(task);
  const { shortest, longest, characters } = pins[key];
  return { key, shortest, longest, characters, triesLeft, askFirst: triesLeft === 1 && !agreed };
}

/** An outcome in words; also for one that is looked up later. */
export function shownOutcome(outcome: Outcome): ShownOutcome {
  const { kind } = outcome;
  const said = kind === 'failed' ? notices[outcome.notice] : notices[kind];
  return {
    kind,
    ...said,
    ...('number' in outcome ? { number: outcome.number } : {}),
    ...(kind === 'refused' ? { refusal: outcome.refusal } : {}),
    ...(kind === 'reserved' ? { reserved: shownReservation(outcome.reservation) } : {}),
  };
}

function shownReservation(
  reservation: Extract<Outcome, { kind: 'reserved' }>['reservation'],
): NonNullable<ShownOutcome['reserved']> {
  const { application, seats, total, dueAt, slip } = reservation;
  return {
    application,
    seats,
    total: yen(total),
    due: dayAndTime(dueAt),
    ...(slip === undefined ? {} : { slip }),
  };
}
